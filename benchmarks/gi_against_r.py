"""Gi and Gi* beside R's spdep on 50 random data sets; prints the largest difference of z.

    python -m benchmarks.gi_against_r [--sets 50]

Needs Rscript with spdep (Debian: apt-get install r-cran-spdep). Points at random, neighbours within a distance that
leaves some without any, values of four kinds (one with a negative mean), binary, row-standardised and inverse-distance
weights. Exit status 1 where a z differs by more than 1e-8, or is known to one and not to the other.
"""

from __future__ import annotations

import argparse
import json
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

import numpy as np
import scipy.sparse as sp

from analysis.gi import gi_star_z_weighted, gi_z_weighted
from analysis.grids import Floats

MOST = 1e-8
SCRIPT = """
suppressMessages({library(spdep)})
args <- commandArgs(trailingOnly = TRUE)
sets <- strsplit(readLines(args[1]), "\\t")
numbers <- function(text) as.numeric(strsplit(text, " ")[[1]])
out <- file(args[2], "w")
for (set in sets) {
  x <- numbers(set[1]); xy <- matrix(numbers(set[2]), ncol = 2); d <- as.numeric(set[3]); style <- set[4]
  nb <- dnearneigh(xy, 0, d)
  inverse <- style == "I"
  weigh <- function(nb, self) {
    if (!inverse) return(NULL)
    lapply(seq_along(nb), function(i) {
      j <- nb[[i]]
      if (length(j) == 1 && j == 0) return(NULL)
      away <- sqrt((xy[j, 1] - xy[i, 1])^2 + (xy[j, 2] - xy[i, 2])^2)
      ifelse(j == i, 1, 1 / (1 + away))
    })
  }
  for (one in list(nb, include.self(nb))) {
    listw <- nb2listw(one, glist = weigh(one), style = if (inverse) "B" else style, zero.policy = TRUE)
    z <- as.numeric(localG(x, listw, zero.policy = TRUE))
    cat(paste(ifelse(is.finite(z), sprintf("%.17g", z), "nan"), collapse = " "), "\\n", file = out)
  }
}
close(out)
"""


def make_set(rng: np.random.Generator, number: int) -> dict[str, Any]:
    """Make one data set: points, values, a distance and a style of weights."""
    n = int(rng.integers(20, 120))
    kinds = (
        rng.poisson(0.5, n),
        rng.negative_binomial(0.5, 0.2, n),
        rng.normal(-3.0, 1.0, n),
        np.exp(rng.normal(0.0, 1.5, n)),
    )
    values = np.asarray(kinds[number % 4], dtype=np.float64)
    values[0] += 1.0  # never all alike
    return {
        "values": values,
        "xy": rng.uniform(0, 100, (n, 2)),
        "reach": float(rng.uniform(8, 25)),
        "style": ("B", "W", "I")[number % 3],
    }


def compute(one: dict[str, Any]) -> list[Floats]:
    """Return our z of Gi and of Gi*."""
    apart = one["xy"][:, None, :] - one["xy"][None, :, :]
    distance = np.hypot(apart[..., 0], apart[..., 1])
    near = (distance > 0) & (distance <= one["reach"])
    weights = np.where(near, 1 / (1 + distance) if one["style"] == "I" else 1.0, 0.0)
    answers = []
    for matrix, z_of in ((weights, gi_z_weighted), (weights + np.eye(len(weights)), gi_star_z_weighted)):
        sums = matrix.sum(axis=1, keepdims=True)
        scaled = matrix / np.where(sums > 0, sums, 1.0) if one["style"] == "W" else matrix
        answers.append(z_of(one["values"], sp.csr_array(scaled)))
    return answers


def ask_r(sets: list[dict[str, Any]], folder: Path) -> list[Floats]:
    """Return spdep's z of Gi and of Gi*, set after set."""
    lines = [
        "\t".join(
            (
                " ".join(f"{value:.17g}" for value in one["values"]),
                " ".join(f"{value:.17g}" for value in one["xy"].T.ravel()),
                f"{one['reach']:.17g}",
                one["style"],
            )
        )
        for one in sets
    ]
    (folder / "sets.txt").write_text("\n".join(lines) + "\n")
    (folder / "ask.R").write_text(SCRIPT)
    command = ["Rscript", str(folder / "ask.R"), str(folder / "sets.txt"), str(folder / "z.txt")]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode:
        sys.exit(f"R answered with {done.returncode}: {done.stderr[-500:]}")
    return [np.array(line.split(), dtype=np.float64) for line in (folder / "z.txt").read_text().splitlines()]


def main() -> None:
    """Compare and print; leave with 1 where they differ."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--sets", type=int, default=50)
    options = parser.parse_args()
    if shutil.which("Rscript") is None:
        sys.exit("Rscript with spdep is needed: apt-get install r-cran-spdep")
    rng = np.random.default_rng(20240605)
    sets = [make_set(rng, number) for number in range(options.sets)]
    with tempfile.TemporaryDirectory() as folder:
        theirs = ask_r(sets, Path(folder))
    ours = [z for one in sets for z in compute(one)]
    unlike = sum(int(np.sum(np.isnan(a) != np.isnan(b))) for a, b in zip(ours, theirs, strict=True))
    largest = max(float(np.nanmax(np.abs(a - b))) for a, b in zip(ours, theirs, strict=True))
    values = sum(len(z) for z in ours)
    unknown = sum(int(np.sum(np.isnan(z))) for z in ours)
    print(json.dumps({"sets": len(sets), "z": values, "unknown": unknown, "unlike": unlike, "largest": largest}))
    sys.exit(1 if unlike or largest > MOST else 0)


if __name__ == "__main__":
    main()
