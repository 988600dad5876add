"""Executes a notebook with nbclient and compares every output with the one that is stored."""
import copy
import os
import sys

import nbformat
from nbclient import NotebookClient

path = sys.argv[1]
notebook = nbformat.read(path, 4)
stored = copy.deepcopy(notebook)
NotebookClient(notebook, kernel_name=".net-csharp", timeout=120, resources={"metadata": {"path": os.path.dirname(path)}}).execute()


def outputs(cell):
    """Neighbouring pieces of one stream are one text, however many messages they came in."""
    joined = []
    for output in cell.outputs:
        output = {k: v for k, v in output.items() if k != "transient"}
        if joined and output["output_type"] == "stream" and joined[-1].get("name") == output["name"]:
            joined[-1]["text"] += output["text"]
        else:
            joined.append(output)
    return joined


for old, new in zip(stored.cells, notebook.cells):
    if old.cell_type == "code":
        assert outputs(old) == outputs(new), f"{old.source}\n--- stored\n{outputs(old)}\n--- now\n{outputs(new)}"
print("ok")
