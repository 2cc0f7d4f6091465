"""Writes kinds/, one file a kind of table that people bring, and kinds.json: what Python makes of the values behind them.
The values are written in many ways and are the same; nothing is shared with the reader under test.
Needs numpy, pandas, scipy.  Run here: python kinds.py"""
import gzip
import json
from pathlib import Path

import numpy as np
import pandas as pd
from scipy.spatial.distance import jensenshannon
from scipy.stats import chi2_contingency, ks_2samp, wasserstein_distance

random = np.random.default_rng(24)
HERE = Path("kinds")
N = 90


def table():
    a = np.round(random.normal(20, 6, N), 2)
    b = random.integers(180, 2600, N)
    c = np.round(random.gamma(2, 30, N) + 5, 1)
    kind = random.choice(["groß", "klein", "mäßig"], N)
    y = (a / 6 + (kind == "groß") + random.normal(size=N) > 4.2).astype(int)
    return pd.DataFrame({"a": a, "b": b, "c": c, "kind": kind, "y": y})


def sharpness(frame):
    x = pd.get_dummies(frame.drop(columns="y"), columns=["kind"]).astype(float).to_numpy()
    x = (x - x.mean(0)) / x.std(0)
    x = np.column_stack([x, np.ones(len(x))])
    return float(np.linalg.eigvalsh(x.T @ x / (4 * len(x)))[-1])


def put(name, text, encoding="utf-8", pack=False):
    data = text.encode(encoding)
    (HERE / name).write_bytes(gzip.compress(data, mtime=0) if pack else data)


def lines(frame, between=",", header=True, **ways):
    """Rows with each column's own way to write."""
    cells = {name: [ways.get(name, str)(value) for value in frame[name]] for name in frame}
    rows = [between.join(row) for row in zip(*cells.values())]
    return ([between.join(frame.columns)] if header else []) + rows


def tables(frame):
    comma = lambda value: str(value).replace(".", ",")
    grouped = lambda value: f"{value:,}"
    quoted = lambda value: f'"{grouped(value)}"'
    dotted = lambda value: grouped(value).replace(",", ".")
    csv = lines(frame)
    text = "\n".join(csv) + "\n"
    put("plain.csv", text)
    put("gzip.csv.gz", text, pack=True)
    put("utf-16.csv", text, "utf-16")
    put("windows-1252.csv", text, "cp1252")
    put("mark.csv", text, "utf-8-sig")
    put("tabs.csv", "\n".join(lines(frame, "\t")) + "\n")
    put("bars.csv", "\n".join(lines(frame, "|")) + "\n")
    put("blanks.txt", "\n".join("  ".join(f"{cell:>9}" for cell in row.split(",")) for row in csv) + "\n")
    put("german.csv", "\r\n".join(lines(frame, ";", a=comma, b=dotted, c=comma)) + "\r\n")
    put("sep.csv", "sep=;\r\n" + "\r\n".join(lines(frame, ";")) + "\r\n")
    put("thousands.csv", "\n".join(lines(frame, b=quoted)) + "\n")
    put("money.csv", "\n".join(lines(frame, c=lambda v: f"${v}", a=lambda v: f"{v} %")) + "\n")
    put("after-blanks.csv", "\n".join(row.replace(",", ", ") for row in lines(frame, kind=lambda v: f'"{v}"')) + "\n")
    put("answers.csv", "\n".join(lines(frame, y=lambda v: random.choice(["no", "No"] if v == 0 else ["YES", "yes"]))) + "\n")
    put("numbered.csv", frame.to_csv())
    put("row-names.csv", "\n".join([csv[0]] + [f'"{i + 1}",{row}' for i, row in enumerate(csv[1:])]) + "\n")
    put("trailing.csv", "\n".join(row + "," for row in csv) + "\n")
    put("trailing-rows.csv", "\n".join([csv[0]] + [row + "," for row in csv[1:]]) + "\n")
    put("footer.csv", text + ",,,,\n,,,,\n")
    put("title.csv", "Survey of May\n\n" + text)
    put("comments.csv", "# made by a tool, with care, in May, of 2024, all of it\n" + text)
    put("units.csv", "\n".join([csv[0], "cm,kg,s,,", *csv[1:]]) + "\n")
    put("twice.csv", text + text)
    put("code.csv", "\n".join(f"{row},{cell}" for row, cell in zip(csv, ["code"] + [f"K/{i}" if i % 3 == 0 else str(4000 + i) for i in range(N)])) + "\n")
    marks = ["?", "N/A", "null", "None", "-", ".", "#N/A", "\\N", "n/a", "--", "", "NA"]
    holes = [row.replace(row.split(",")[0], marks[i], 1) if i < len(marks) else row for i, row in enumerate(csv[1:])]
    put("marks.csv", "\n".join([csv[0], *holes]) + "\n")
    filled = frame.copy()
    filled.loc[: len(marks) - 1, "a"] = frame["a"][len(marks) :].median()
    put("sentinel.csv", "\n".join([csv[0]] + [row.replace(row.split(",")[0], "-200", 1) if i < 7 else row for i, row in enumerate(csv[1:])]) + "\n")
    few = frame.copy()
    few.loc[:6, "a"] = frame["a"][7:].median()
    twice = pd.concat([frame, frame])
    return {
        "rows": N,
        "positives": int(frame["y"].sum()),
        "sharpness": sharpness(frame),
        "marks": sharpness(filled),
        "sentinel": sharpness(few),
        "twice": sharpness(twice),
    }


def loads():
    minute = np.arange(240)
    load = np.round(900 + 500 * np.sin(minute / 60) + 40 * random.normal(size=240)).astype(int)
    at = pd.Timestamp("2024-03-03 22:00:00") + pd.to_timedelta(minute, unit="min")
    out = {}

    def trace(name, stamps, counts, step, known=None):
        put(name, "\n".join(["when,requests"] + [f'"{s}",{c}' for s, c in zip(stamps, counts)]) + "\n")
        per_minute = np.repeat(np.asarray(counts, float) / step, step)
        out[name] = [None if known is not None and not known[i] else float(v) for i, v in enumerate(per_minute)]

    five = load.reshape(-1, 5).sum(1)
    trace("five.csv", at[::5].strftime("%Y-%m-%d %H:%M:%S"), five, 5)
    trace("quarter.csv", at[::15].strftime("%d.%m.%Y %H:%M"), load.reshape(-1, 15).sum(1), 15)
    trace("hours.csv", at[::60].strftime("%Y-%m-%dT%H:%MZ"), load.reshape(-1, 60).sum(1), 60)
    trace("half-days.csv", at[::5].strftime("%m/%d/%Y %I:%M %p"), five, 5)
    seconds = (at - pd.Timestamp("1970-01-01")) // pd.Timedelta("1s")
    trace("seconds.csv", seconds, load, 1)
    trace("milliseconds.csv", seconds * 1000, load, 1)
    zones = [stamp.tz_localize("UTC").tz_convert("Asia/Tokyo" if i % 3 else "America/Lima").isoformat() for i, stamp in enumerate(at)]
    trace("zones.csv", zones, load, 1)
    trace("short.csv", [f"{t.year}-{t.month}-{t.day} {t.hour}:{t.minute:02}" for t in at], load, 1)
    put("newest.csv", "\n".join(["when,requests"] + [f"{s},{c}" for s, c in zip(at[::-1].strftime("%Y-%m-%dT%H:%M:%S"), load[::-1])]) + "\n")
    out["newest.csv"] = [float(v) for v in load]
    known = (minute < 70) | (minute >= 110)
    put("gap.csv", "\n".join(["when,requests"] + [f"{s},{c}" for s, c in zip(at[known].strftime("%Y-%m-%d %H:%M"), load[known])]) + "\n")
    out["gap.csv"] = [float(v) if k else None for v, k in zip(load, known)]
    put("rate.csv", "\n".join(["when,rpm"] + [f"{s},{c}" for s, c in zip(at[::5].strftime("%Y-%m-%d %H:%M"), load[::5])]) + "\n")
    out["rate.csv"] = [float(v) for v in np.repeat(load[::5], 5)]
    return out


def files():
    def one(n, shift, share, words):
        frame = pd.DataFrame({
            "id": np.arange(n) + 5000,
            "at": (pd.Timestamp("2024-05-01") + pd.to_timedelta(np.arange(n), unit="min")).strftime("%Y-%m-%d %H:%M"),
            "still": np.round(random.normal(size=n), 3),
            "moved": np.round(random.normal(size=n) + shift, 3),
            "holes": np.round(random.normal(size=n), 3),
            "word": random.choice(["red", "green", "blue"], n, p=words),
        })
        frame.loc[random.random(n) < share, "holes"] = np.nan
        return frame

    before, after = one(400, 0, 0.05, [0.4, 0.4, 0.2]), one(300, 0.4, 0.3, [0.2, 0.4, 0.4])
    before["gone"] = np.round(random.normal(size=400), 3)
    after["gone"] = np.nan
    after["extra"] = 1
    before.to_csv(HERE / "earlier.csv", index=False)
    after.to_csv(HERE / "later.csv", index=False)
    out = {"features": {}, "categories": {}, "missing": {}}
    for name in ["still", "moved", "holes"]:
        a, b = before[name].dropna().to_numpy(), after[name].dropna().to_numpy()
        edges = np.unique(np.quantile(a, np.linspace(0.1, 0.9, 9)))
        count = lambda side: np.bincount(np.searchsorted(edges, side), minlength=len(edges) + 1) / len(side)
        p, q = (np.maximum(count(side), 1e-4) for side in (a, b))
        test = ks_2samp(a, b, method="asymp")
        out["features"][name] = [float(np.sum((q - p) * np.log(q / p))), float(test.statistic), float(test.pvalue), float(wasserstein_distance(a, b))]
    counts = np.array([[int((frame["word"] == word).sum()) for word in ["blue", "green", "red"]] for frame in (before, after)])
    test = chi2_contingency(counts, correction=False)
    out["categories"]["word"] = [3.0, float(jensenshannon(*counts)), float(test.statistic), float(test.pvalue)]
    for name in ["holes", "gone"]:
        gone = [int(frame[name].isna().sum()) for frame in (after, before)]
        rows = [len(after), len(before)]
        test = chi2_contingency([[g, n - g] for g, n in zip(gone, rows)], correction=False)
        out["missing"][name] = [gone[0] / rows[0], gone[1] / rows[1], float(test.pvalue)]
    return out


HERE.mkdir(exist_ok=True)
out = {"tables": tables(table()), "loads": loads(), "files": files()}
json.dump(out, open("kinds.json", "w"), separators=(",", ":"))
