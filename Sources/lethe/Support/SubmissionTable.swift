import Jobs
import Query

/// What was submitted to Slurm, a row a call of sbatch.
enum SubmissionTable {
  static func table(_ job: String, _ submissions: [JobRecord.Submission]) -> Table {
    Table(
      columns: ["job", "step", "tasks", "slurm_id"],
      rows: submissions.map { submission in
        [
          .text(job), .text(submission.step), Cell(submission.tasks.count), .text(submission.id),
        ]
      })
  }
}
