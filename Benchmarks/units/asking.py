"""Questions about units, and how activations of all pictures answer them."""
import dataclasses
import sqlite3

import numpy as np

LAYER, COUNT = "conv5_3", 10


@dataclasses.dataclass
class Question:
    """Units of LAYER, a channel or a channel at a place; with `like`, the sample that is asked about."""
    name: str
    units: tuple
    like: int = None

    @property
    def has_places(self):
        return any(place for _, place in self.units)

    def words(self):
        """What lethe is told."""
        if self.like is not None:
            return ["neurons", "nearest", str(self.like), "--layer", LAYER]
        units = ",".join(f"{channel}@{place[0]},{place[1]}" if place else str(channel)
                         for channel, place in self.units)
        return ["neurons", "top", f"{LAYER}:{units}"]

    def answer(self, ids, activations):
        """Ids and values of the first COUNT; activations are [samples, units], in float32."""
        if self.like is None:
            values = activations.sum(1, dtype=np.float64)
            order = np.argsort(-values, kind="stable")
        else:
            centre = activations[np.flatnonzero(ids == self.like)[0]].astype(np.float64)
            values = np.sqrt(((activations - centre) ** 2).sum(1))
            order = np.argsort(values, kind="stable")
            order = order[ids[order] != self.like]
        order = order[:COUNT]
        return ids[order].tolist(), values[order].tolist()


def channels(*numbers):
    return tuple((number, None) for number in numbers)


QUESTIONS = [
    Question("top: a channel", channels(37)),
    Question("top: three channels", channels(3, 17, 40)),
    Question("top: a position of a channel", ((37, (1, 2)),)),
    Question("nearest: 512 channels", channels(*range(512)), like=20),
]


def places(warehouse, model, layer, tier):
    """Where a tier of a layer lies: files and datasets in the order of the samples."""
    catalogue = sqlite3.connect(f"file:{warehouse}/warehouse.sqlite?immutable=1", uri=True)
    rows = catalogue.execute(
        """SELECT s.file, a.node FROM layer l JOIN model m ON m.id = l.model
           JOIN stored_array a ON a.key = l.prefix AND a.tier = ? JOIN segment s ON s.id = a.segment
           WHERE m.name = ? AND l.name = ? ORDER BY a.first""", (tier, model, layer)).fetchall()
    catalogue.close()
    return [(f"{warehouse}/{file}", node) for file, node in rows]
