"""A data set of rendered faces and a VGG16 with random weights, for both sides of a benchmark."""
import csv
import os

import vgg
from measuring import THREADS, run

CLASSES = ",".join(f"c{number}" for number in range(1000))


def keep_columns(path, names):
    """Leaves nothing but pictures and labels: the peers read no masks and no landmarks."""
    with open(path, newline="") as file:
        rows = list(csv.DictReader(file))
    with open(path, "w", newline="") as file:
        writer = csv.DictWriter(file, names, extrasaction="ignore")
        writer.writeheader()
        writer.writerows(rows)


class Study:
    """Pictures, weights, and a warehouse that names both and has stored nothing."""

    def __init__(self, lethe, folder, size, pictures, per_person=8):
        self.lethe, self.folder, self.size = lethe, folder, int(size)
        self.pictures = int(pictures)
        if self.pictures % per_person:
            raise SystemExit(f"{pictures} pictures: give a multiple of {per_person}")
        os.makedirs(folder, exist_ok=True)
        self.weights, self.base = os.path.join(folder, "weights"), os.path.join(folder, "base")
        faces, network = os.path.join(folder, "faces"), os.path.join(folder, "vgg16.onnx")
        run([lethe, "-q", "faces", faces, "--people", self.pictures // per_person, "--per-person",
             per_person, "--size", size])
        keep_columns(os.path.join(faces, "labels.csv"), ["path", "subject", "emotion"])
        vgg.write_weights(self.weights, self.size, seed=self.size)
        vgg.write_onnx(network, vgg.read_weights(self.weights, self.size), self.size, False)
        self.ask(self.base, "dataset", "add", "faces", faces)
        self.ask(self.base, "model", "add", "vgg", network, "--task", "thing", "--classes", CLASSES,
                 "--preprocess", "unit")
        os.remove(network)
        paths = self.ask(self.base, "sql", "--csv", "SELECT path FROM samples ORDER BY sample_id")
        self.paths = [os.path.join(faces, path) for path in paths.text.split()[1:]]
        self.list = os.path.join(folder, "pictures")
        with open(self.list, "w") as file:
            file.writelines(path + "\n" for path in self.paths)

    def ask(self, warehouse, *arguments):
        """The run of a command of Lethe on a warehouse."""
        return run([self.lethe, "-q", "-w", warehouse, *arguments])

    def ingest(self, warehouse, keep, *options):
        """The run of an ingest."""
        return self.ask(warehouse, "ingest", "--keep", keep, *options, "--threads", THREADS)
