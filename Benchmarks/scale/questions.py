"""What is asked of a large warehouse: by a command of lethe, in DuckDB, and in pandas."""
import collections
import dataclasses
import typing

BEFORE, AFTER = "emotion", "emotion-after-pain-b1"
PAIR = [BEFORE, AFTER, "-d", "large", "--split", "all"]

OUTCOME = """SELECT b.sample_id, b.label, b.predicted AS predicted_before, a.predicted AS predicted_after,
  b.confidence AS confidence_before, CASE WHEN b.correct THEN CASE WHEN a.correct THEN 'retained'
  ELSE 'forgotten' END WHEN a.correct THEN 'gained' ELSE 'missed' END AS outcome, b.subject
  FROM predictions b JOIN predictions a ON a.sample_id = b.sample_id
  WHERE b.model = 'emotion' AND a.model = 'emotion-after-pain-b1' AND b.label IS NOT NULL"""

ACCURACY = """SELECT model, split, avg(correct) FROM predictions WHERE dataset = 'large'
GROUP BY model, split ORDER BY model, split"""
CONFUSION = """SELECT subject, label, predicted, count(*) AS n FROM predictions
WHERE model = 'emotion' AND label IS NOT NULL AND dataset = 'large'
GROUP BY subject, label, predicted"""
CHANNEL = """SELECT avg(a.max) FROM aus u
JOIN activations('emotion', 'conv5_3') a ON a.sample_id = u.sample_id AND a.channel = 7
WHERE u.au = 12"""
FALL = """SELECT t.outcome, avg(b.max - a.max) FROM transitions t
JOIN activations('emotion', 'conv5_3') b ON b.sample_id = t.sample_id AND b.channel = 7
JOIN activations('emotion-after-pain-b1', 'conv5_3') a ON a.sample_id = t.sample_id AND a.channel = 7
WHERE t.before = 'emotion' AND t.after = 'emotion-after-pain-b1' AND t.dataset = 'large'
GROUP BY t.outcome ORDER BY t.outcome"""
SCAN = """SELECT channel, avg(max) FROM activations('emotion', 'fc6') GROUP BY channel"""
ONE = "SELECT model, predicted, confidence FROM predictions WHERE sample_id = 5000 ORDER BY model"
LIKELY = """SELECT count(*), avg(p) FROM probabilities
WHERE model = 'emotion' AND class = 'happiness'"""


def outcomes(tables):
    """The transitions of the pair as a frame."""
    import numpy as np
    predictions = tables.frame("predictions")
    before = predictions[(predictions.model == BEFORE) & predictions.label.notna()]
    after = predictions[predictions.model == AFTER]
    pair = before.merge(after[["sample_id", "predicted", "correct"]], on="sample_id",
                        suffixes=("_before", "_after"))
    names = np.array(["missed", "gained", "forgotten", "retained"])
    pair["outcome"] = names[(2 * pair.correct_before + pair.correct_after).astype(int)]
    return pair


def units(tables):
    pair = outcomes(tables)
    pair = pair[pair.outcome.isin(["forgotten", "retained"])][["sample_id", "label", "outcome"]]
    coded = pair.merge(tables.frame("au_coded"), on="sample_id")
    present = tables.frame("aus")[["sample_id", "au"]].assign(present=True)
    known = coded.merge(present, on=["sample_id", "au"], how="left")
    known["present"] = known.present.notna()
    return known.groupby(["au", "label", "outcome", "present"]).size()


def channel(tables):
    rows = tables.pooled("emotion", "conv5_3", 7)
    present = tables.frame("aus")
    return present[present.au == 12].merge(rows, on="sample_id")["max"].mean()


def fall(tables):
    pair = outcomes(tables)[["sample_id", "outcome"]]
    for name, model in [("before", BEFORE), ("after", AFTER)]:
        rows = tables.pooled(model, "conv5_3", 7)[["sample_id", "max"]]
        pair = pair.merge(rows.rename(columns={"max": name}), on="sample_id")
    return (pair.before - pair.after).groupby(pair.outcome).mean()


def forgotten(tables):
    pair = outcomes(tables)
    lost = pair[pair.outcome == "forgotten"]
    shown = tables.frame("aus").groupby("sample_id").au.agg(lambda au: ";".join(map(str, au)))
    return lost.join(shown, on="sample_id").sort_values("confidence", ascending=False)


@dataclasses.dataclass
class Question:
    """What is asked, and which part of an answer must be the same: a list of names and numbers for the
    rows of lethe, and for those of the others."""
    name: str
    words: list
    in_duckdb: typing.Callable
    in_pandas: typing.Callable
    # The statement whose plan is shown; None: that of --show-sql.
    statement: str = None
    ours: typing.Callable = None
    theirs: typing.Callable = None


def duck(sql):
    def ask(tables):
        found = tables.duck.execute(sql)
        return [column[0] for column in found.description], found.fetchall()
    return ask


def duck_rows(sql, *layers):
    """A statement over pooled rows, which DuckDB is given as frames."""
    def ask(tables):
        for number, (model, layer) in enumerate(layers):
            tables.duck.register(f"rows{number}", tables.pooled(model, layer, 7))
        return duck(sql)(tables)
    return ask


def cells(*texts):
    """The rows as they are: the first columns are names, the rest numbers, NaN where there is none."""
    def cell(index, value):
        if index < len(texts):
            return str(value)
        return float("nan") if value in ("", None) else float(value)

    def part(rows):
        return [[cell(*pair) for pair in enumerate(row.values())] for row in rows]
    return part


def column(name, kind=int):
    return lambda rows: [[kind(row[name])] for row in rows]


def accuracy(rows):
    return [[float(row["value"])] for row in rows if row["metric"] == "accuracy"]


def accuracy_counted(rows):
    right = sum(row["n"] for row in rows if row["label"] == row["predicted"])
    return [[right / sum(row["n"] for row in rows)]]


OUTCOMES = ["retained", "forgotten", "gained", "missed"]


def outcome_counts(rows):
    counts = collections.Counter()
    for row in rows:
        counts[row["outcome"]] += row["n"]
    return [[name, counts[name]] for name in OUTCOMES]


def shares(rows):
    return [[float(row[name]) for name in ["au", "share_forgotten", "share_retained"]]
            for row in rows]


def shares_counted(rows):
    counts = collections.Counter()
    for row in rows:
        for present in {None, bool(row["present"])}:
            counts[row["au"], row["outcome"], present] += row["n"]
    return [[float(au), *(counts[au, outcome, True] / counts[au, outcome, None]
                          for outcome in ["forgotten", "retained"])]
            for au in {row["au"] for row in rows}]


QUESTIONS = [
    Question(
        "score, one variant", ["score", BEFORE, *PAIR[2:]], duck(CONFUSION),
        lambda t: t.frame("predictions").query("model == 'emotion'").groupby(
            ["subject", "label", "predicted"]).size(), None, accuracy, accuracy_counted),
    Question(
        "flips", ["flips", *PAIR],
        duck(f"SELECT subject, outcome, count(*) AS n FROM ({OUTCOME}) GROUP BY subject, outcome"),
        lambda t: outcomes(t).groupby(["subject", "outcome"]).size(), None,
        lambda rows: [[name, int(rows[0][name])] for name in OUTCOMES], outcome_counts),
    Question(
        "forgotten", ["forgotten", *PAIR],
        duck(f"""SELECT o.*, (SELECT string_agg(au, ';') FROM aus a WHERE a.sample_id = o.sample_id)
        FROM ({OUTCOME}) o WHERE outcome = 'forgotten' ORDER BY confidence_before DESC"""),
        forgotten, None, column("sample_id"), column("sample_id")),
    Question(
        "aus", ["aus", *PAIR],
        duck(f"""SELECT c.au, o.label, o.outcome, a.au IS NOT NULL AS present, count(*) AS n
        FROM ({OUTCOME}) o JOIN au_coded c ON c.sample_id = o.sample_id
        LEFT JOIN aus a ON a.sample_id = o.sample_id AND a.au = c.au
        WHERE o.outcome IN ('forgotten', 'retained') GROUP BY ALL"""), units, None, shares,
        shares_counted),
    Question(
        "accuracy of 13 variants by split", ["sql", ACCURACY], duck(ACCURACY),
        lambda t: t.frame("predictions").groupby(["model", "split"]).correct.mean(), ACCURACY,
        cells("model", "split"), cells("model", "split")),
    Question(
        "mean probability of a class", ["sql", LIKELY], duck(LIKELY),
        lambda t: t.frame("probabilities").query("`class` == 'happiness'").p.agg(
            ["count", "mean"]).to_frame().T, LIKELY, cells(), cells()),
    Question(
        "a channel where AU12 is present", ["sql", CHANNEL],
        duck_rows("SELECT avg(r.max) FROM rows0 r JOIN aus u USING (sample_id) WHERE u.au = 12",
                  (BEFORE, "conv5_3")), channel, CHANNEL, cells(), cells()),
    Question(
        "fall of a channel by outcome", ["sql", FALL],
        duck_rows(f"""SELECT o.outcome, avg(b.max - a.max) FROM ({OUTCOME}) o
        JOIN rows0 b USING (sample_id) JOIN rows1 a USING (sample_id) GROUP BY o.outcome""",
                  (BEFORE, "conv5_3"), (AFTER, "conv5_3")), fall, FALL, cells("outcome"),
        cells("outcome")),
    Question(
        "means of 64 units of fc6", ["sql", SCAN], lambda t: t.layer_means("emotion", "fc6"),
        lambda t: t.layer_means("emotion", "fc6"), SCAN, column("avg(max)", float),
        column("value", float)),
    Question(
        "all answers about one picture", ["sql", ONE], duck(ONE),
        lambda t: t.frame("predictions").query("sample_id == 5000")[
            ["model", "predicted", "confidence"]], ONE, cells("model", "predicted"),
        cells("model", "predicted")),
]
