"""Writes the CSV files beside it and peers.json: what Python makes of them and of data/breast-cancer.csv, for the
tables of own data that leave nothing to chance.  Nothing is shared with the labs: scikit-learn, scipy and river
compute, and the autoscaler below is written from AWS's and Kubernetes' documents.
Needs numpy, scipy, scikit-learn, river==0.26.1.  Run here: python peers.py"""
import csv
import json
import math
import warnings

import numpy as np
from river import drift
from scipy import stats
from sklearn.linear_model import Lasso

CANCER = "../../data/breast-cancer.csv"
warnings.simplefilter("ignore")
random = np.random.default_rng(12)


def write(path, header, rows):
    with open(path, "w", newline="") as file:
        csv.writer(file, lineterminator="\n").writerows([header, *rows])


def read(path):
    with open(path, newline="") as file:
        header, *rows = csv.reader(file)
    return {name: [row[column] for row in rows] for column, name in enumerate(header)}


def make():
    n = 150
    hidden = random.normal(size=(n, 4))
    kind = random.choice(["oak", "elm", "ash"], n)
    signal = hidden[:, 0] + hidden[:, 1] - hidden[:, 2] * hidden[:, 3] + (kind == "elm") + random.normal(size=n)
    x = hidden @ [[1, 0.6, 0, 0], [0, 1, 0, 0.3], [0, 0, 1, 0], [0, 0, 0, 1]] * [1, 1000, 0.001, 5] + [0, 1e5, -2, 7]
    rows = [
        [*np.round(x[i], 5), kind[i], int(signal[i] > 1.2), round(100 + 12 * signal[i], 2)] for i in range(n)
    ]
    write("table.csv", ["a", "b", "c", "d", "kind", "bought", "price"], rows)
    m = 1500
    late = np.arange(m) >= m // 2
    level = np.round(0.2 * random.normal(size=m) + np.where(late, 0.6, 0.2), 2)
    wrong = (random.random(m) < np.where(late, 0.35, 0.1)).astype(int)
    minute = np.arange(m)
    load = 1500 * (1 + 0.6 * np.sin(minute / 720 * 2 * np.pi)) * np.exp(0.05 * random.normal(size=m))
    load += np.where((minute > 700) & (minute < 730), 2500, 0)
    load[1100:1104] = 0
    write("stream.csv", ["level", "wrong", "load"], zip(level, wrong, np.round(load).astype(int)))
    for name, n, shift in (("before", 300, 0.0), ("after", 250, 0.3)):
        columns = [
            np.round(random.normal(size=n) + shift, 3),
            np.round(random.exponential(size=n) * (1 + shift), 2),
            random.poisson(1 + shift, n),
            (random.random(n) < 0.02).astype(int),
        ]
        write(f"{name}.csv", ["level", "wait", "count", "flag"], zip(*columns))


def features(path, drop):
    columns = {}
    for name, cells in read(path).items():
        if name in drop:
            continue
        try:
            columns[name] = np.array(cells, float)
        except ValueError:
            columns |= {f"{name}={level}": np.array([cell == level for cell in cells], float) for level in sorted(set(cells))}
    x = np.column_stack(list(columns.values()))
    return list(columns), (x - x.mean(0)) / x.std(0)


def paths(x, y):
    """Lasso and ridge at each seventh of 50 penalties from the first that zeroes all to a thousandth of it."""
    y, n = y - y.mean(), len(y)
    lambdas = np.geomspace(1, 1e-3, 50) * np.abs(x.T @ y).max() / n
    model = Lasso(fit_intercept=False, tol=1e-14, max_iter=1_000_000, warm_start=True)
    out = []
    for place, penalty in enumerate(lambdas):
        model.alpha = penalty
        lasso = model.fit(x, y).coef_.tolist()
        ridge = np.linalg.solve(x.T @ x / n + penalty * np.eye(x.shape[1]), x.T @ y / n).tolist()
        if place % 7 == 0:
            out.append({"place": place, "lambda": penalty, "l1": lasso, "l2": ridge})
    return out


def sharpness(x):
    with_one = np.column_stack([x, np.ones(len(x))])
    return float(np.linalg.eigvalsh(with_one.T @ with_one / (4 * len(x)))[-1])


def alarms(values, binary):
    makers = {"adwin": drift.ADWIN, "page-hinkley": drift.PageHinkley}
    if binary:
        makers |= {
            "ddm": drift.binary.DDM,
            "eddm": drift.binary.EDDM,
            "hddm-a": drift.binary.HDDMA,
            "hddm-w": drift.binary.HDDMW,
        }
    out = {}
    for name, maker in makers.items():
        detector, out[name] = maker(), []
        for row, value in enumerate(values):
            detector.update(value)
            if detector.drift_detected:
                out[name].append(row)
    return out


def moved(before, after):
    out = {}
    for name in before:
        a, b = np.array(before[name], float), np.array(after[name], float)
        edges = np.unique(np.quantile(a, np.linspace(0.1, 0.9, 9)))
        shares = [
            np.maximum(np.bincount(np.searchsorted(edges, side), minlength=len(edges) + 1) / len(side), 1e-4)
            for side in (a, b)
        ]
        test = stats.ks_2samp(a, b, method="asymp")
        psi = np.sum((shares[1] - shares[0]) * np.log(shares[1] / shares[0]))
        out[name] = [float(v) for v in (psi, test.statistic, test.pvalue, stats.wasserstein_distance(a, b))]
    return out


GOAL, MOST, START_UP, COOLDOWN = 70, 50, 240, 300


def up(ratio):
    return max(math.ceil(ratio - 1e-9 * max(1, abs(ratio))), 0)


def need(per_minute):
    return min(max(up(per_minute / GOAL), 1), MOST)


class Fleet:
    def __init__(self, first):
        self.ready, self.starting = first, []

    def order(self, now, wanted):
        self.starting += [now + START_UP] * (wanted - self.ready - len(self.starting))
        while self.ready + len(self.starting) > wanted:
            if self.starting:
                self.starting.pop()
            else:
                self.ready -= 1

    def settle(self, now):
        self.ready += sum(due <= now for due in self.starting)
        self.starting = [due for due in self.starting if due > now]


class Aws:
    """Alarms of 3 and 15 one-minute points, and Application Auto Scaling's cooldowns."""

    def __init__(self, steps=False, least=None):
        self.steps, self.least = steps, least or (lambda now: 1)
        self.points, self.base, self.out_until, self.in_until = [], 0, -1.0, -1.0

    def rings(self, count, breaches):
        last = self.points[-count:]
        return len(last) == count and all(point is not None and breaches(point) for point in last)

    def wanted(self, value, ready, desired, now):
        if not self.steps:
            return up(ready * value / GOAL)
        over = value / GOAL - 1
        if over >= 0:
            percent = 10 if over < 0.15 else 30 if over < 0.5 else 100
            base = min(self.base, desired) if now < self.out_until else desired
            return base + max(int(base * percent / 100 + 1e-9), 1)
        if value > 0.8 * GOAL:
            return desired
        percent = 10 if value > 0.6 * GOAL else 30
        return max(desired - max(int(desired * percent / 100 + 1e-9), 1), 0)

    def decide(self, now, requests, ready, desired):
        self.points.append(requests / ready if requests > 0 else None)
        value, to = self.points[-1], desired
        if value is not None:
            wanted = self.wanted(value, ready, desired, now)
            above = (lambda v: v >= GOAL) if self.steps else (lambda v: v > GOAL)
            below = (lambda v: v <= 0.8 * GOAL) if self.steps else (lambda v: v < 0.9 * GOAL)
            if above(value) and wanted > desired and self.rings(3, above):
                to = wanted
            elif not above(value) and wanted < desired and self.rings(15, below) and now >= self.in_until:
                to = wanted
        least = self.least(now)
        if to < least:
            # Of a scheduled action cooldowns know nothing.
            return least
        to = min(to, MOST)
        if to > desired:
            if now >= self.out_until:
                self.base = desired
            self.out_until, self.in_until = now + COOLDOWN, -1.0
        elif to < desired:
            self.in_until, self.out_until = now + COOLDOWN, -1.0
        return to


class Hpa:
    """autoscaling/v2's defaults, looking each 15 s at the last minute: tolerance .1, a window of 300 s on the way
    down, up by 4 pods or as many again in 15 s."""

    def __init__(self):
        self.recommended = None

    def decide(self, now, requests, ready, desired):
        if self.recommended is None:
            self.recommended = [(now - 0.5, desired)]
        if requests == 0:
            return desired
        ratio = requests / (desired * GOAL)
        self.recommended.append((now, desired if abs(ratio - 1) <= 0.1 + 1e-9 else up(desired * ratio)))
        # Kubernetes stamps a recommendation when it is made, after the clock was read: one of 300 s ago still counts.
        self.recommended = [(at, count) for at, count in self.recommended if at >= now - 300]
        to = self.recommended[-1][1]
        if to < desired:
            to = min(max(count for _, count in self.recommended), desired)
        return min(max(min(to, max(desired + 4, 2 * desired)), 1), MOST)


def timeline(load, first, decide, period=60):
    """[minute, desired, ready] wherever either changes, as they stand at a minute's end."""
    fleet, desired, out = Fleet(first), first, []
    per_minute = 60 // period
    seen = []
    for tick in range(len(load) * per_minute):
        now, minute = tick * period, tick // per_minute
        fleet.settle(now)
        if tick:
            last = seen[-per_minute:]
            requests = sum(r for r, _ in last) / len(last)
            desired = decide(now, requests, sum(r for _, r in last) / len(last), desired)
        fleet.order(now, desired)
        seen.append((load[minute], fleet.ready))
        if (tick + 1) % per_minute == 0 and (not out or out[-1][1:] != [desired, fleet.ready]):
            out.append([minute, desired, fleet.ready])
    return out


def timelines(load):
    first = need(load[0])
    hours = [need(np.mean(load[hour : hour + 60])) for hour in range(0, len(load), 60)]

    def least(now):
        due = [count for hour, count in enumerate(hours) if 3600 * hour - 600 <= now < 3600 * (hour + 1)]
        return max([1, *due])

    instant = [[minute, need(requests), need(requests)] for minute, requests in enumerate(load)]
    fixed = {name: need(value) for name, value in (("fixed-mean", np.mean(load)), ("fixed-peak", max(load)))}
    return {
        "target-tracking": timeline(load, first, Aws().decide),
        "step": timeline(load, first, Aws(steps=True).decide),
        "scheduled": timeline(load, first, Aws(least=least).decide),
        "hpa": timeline(load, first, Hpa().decide, period=15),
        "instant": [row for i, row in enumerate(instant) if i == 0 or row[1:] != instant[i - 1][1:]],
        **{name: [[0, count, count]] for name, count in fixed.items()},
    }


make()
cancer, table, stream = read(CANCER), read("table.csv"), read("stream.csv")
cancer_x, table_x = features(CANCER, ["diagnosis"]), features("table.csv", ["bought", "price"])
cancer_y = np.array([cell == "malignant" for cell in cancer["diagnosis"]], float)
numbers = {name: cells for name, cells in cancer.items() if name != "diagnosis"}
out = {
    "paths": {
        "cancer": {"features": cancer_x[0], "at": paths(cancer_x[1], cancer_y)},
        "table": {"features": table_x[0] + ["bought"], "at": None},
    },
    "sharpness": {"cancer": sharpness(cancer_x[1])},
    "alarms": {
        "level": alarms(np.array(stream["level"], float), False),
        "wrong": alarms([int(cell) for cell in stream["wrong"]], True),
        "mean radius": alarms(np.array(cancer["mean radius"], float), False),
    },
    "features": {
        "table": moved(read("before.csv"), read("after.csv")),
        "cancer": moved(
            {name: cells[:285] for name, cells in numbers.items()}, {name: cells[285:] for name, cells in numbers.items()}
        ),
    },
    "timeline": timelines([float(cell) for cell in stream["load"]]),
}
names, x = features("table.csv", ["price"])
out["paths"]["table"] = {"features": names, "at": paths(x, np.array(table["price"], float))}
out["sharpness"]["table"] = sharpness(features("table.csv", ["bought"])[1])
json.dump(out, open("peers.json", "w"), separators=(",", ":"))
