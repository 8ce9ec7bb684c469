"""Loads an export of `lethe export virelay` with ViRelAy's own classes and looks at all of it.

    python check_virelay.py FOLDER MODEL,...
"""

import csv
import importlib.metadata
import os
import sys

import h5py
import numpy
from virelay.model import Project, Workspace


def check_project(path: str, rows: list[dict[str, str]]) -> str:
    project = Project(path)
    assert len(project.dataset) == len(rows), "the inputs are not those of samples.csv"
    seen = set()
    for index, row in enumerate(rows):
        assert int(row["index"]) == index
        sample, attribution = project.get_sample(index), project.get_attribution(index)
        assert sample.labels[0].name == row["label"] == attribution.labels[0].name
        assert sample.data.dtype == numpy.uint8 and sample.data.shape[2] == 3
        assert attribution.data.shape == sample.data.shape, "a map is not as large as its input"
        assert numpy.isfinite(attribution.data).all() and attribution.data.any()
        assert abs(float(attribution.prediction.sum()) - 1) < 1e-3, "no probabilities"
        picture = attribution.render_heatmap("black-fire-red")
        assert picture.shape[:2] == sample.data.shape[:2]
        attribution.render_heatmap("black-fire-red", sample.data)
    (method,) = project.get_analysis_methods()
    categories = project.get_analysis_categories(method)
    embeddings = project.get_analysis_embedding_names(method)
    clusterings = project.get_analysis_clustering_names(method)
    for category in categories:
        for embedding in embeddings:
            for clustering in clusterings:
                found = project.get_analysis(method, category.name, clustering, embedding)
                n = len(found.attribution_indices)
                assert found.embedding.shape[0] == n == len(found.clustering)
                assert found.embedding.shape[1] >= 2 and numpy.isfinite(found.embedding).all()
                assert (numpy.diff(found.eigenvalues) >= -1e-5).all()
                assert abs(float(found.eigenvalues[0])) < 1e-5 or n == 1
                assert set(found.clustering.tolist()) <= set(range(int(clustering.split("-")[1])))
                for index in found.attribution_indices:
                    label = project.get_attribution(int(index)).labels[0]
                    assert label.name == category.human_readable_name
        seen.update(int(index) for index in found.attribution_indices)
    assert seen == set(range(len(rows))), "a sample is in no category"
    text = (
        f"{project.name}: {len(rows)} samples, {len(categories)} categories, "
        f"embeddings {', '.join(embeddings)}, clusterings {', '.join(clusterings)}"
    )
    project.close()
    return text


def check_server(paths: list[str]) -> str:
    """Asks ViRelAy's own server, as its page in a browser does."""
    from virelay.server import Server

    workspace = Workspace()
    for path in paths:
        workspace.add_project(path)
    assert len(workspace.get_project_names()) == len(paths)
    client = Server(workspace).app.test_client()
    projects = client.get("/api/projects").get_json()
    assert len(projects) == len(paths)
    for project in range(len(paths)):
        for place in (f"/api/projects/{project}", f"/api/projects/{project}/dataset/0",
                      f"/api/projects/{project}/dataset/0/image",
                      f"/api/projects/{project}/attributions/0",
                      f"/api/projects/{project}/attributions/0/heatmap?colorMap=black-fire-red"):
            answer = client.get(place)
            assert answer.status_code == 200, f"{place}: {answer.status_code}"
    workspace.close()
    return f"the server answers for {len(paths)} projects"


def main() -> None:
    folder, models = sys.argv[1], sys.argv[2].split(",")
    paths = [os.path.join(folder, f"{model}.yaml") for model in models]
    with open(os.path.join(folder, "samples.csv"), encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    print(f"virelay {importlib.metadata.version('virelay')}, h5py {h5py.__version__}")
    for path in paths:
        print(check_project(path, rows))
    print(check_server(paths))


if __name__ == "__main__":
    main()
