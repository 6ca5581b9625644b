"""Results as Markdown and JSON."""

import json
import statistics


def summary(row):
    """The median of the ratios of a row, and of the figures of both sides."""

    def median(side, figure):
        return statistics.median(taken[side][figure] for taken in row["rounds"])

    ratios = [taken["ours"]["rate"] / taken["theirs"]["rate"] for taken in row["rounds"] if taken["theirs"]]
    return {
        "ratio": statistics.median(ratios) if ratios else None,
        "ratios": ratios,
        "sides": {
            side: {figure: median(side, figure) for figure in ("rate", "p50_ms", "p99_ms")}
            for side in ("ours", "theirs")
            if row["rounds"][0][side]
        },
        "errors": sum(taken[side]["errors"] for taken in row["rounds"] for side in taken if taken[side]),
    }


def number(value):
    """A figure with about three digits."""
    return f"{value:,.0f}" if value >= 100 else f"{value:.3g}"


def markdown(result):
    """All of it as Markdown."""
    lines = [
        f"{result['cases']:,} cases, {result['rounds']} rounds of {result['seconds']} s each, medians; "
        f"{result['cores']} cores, {result['postgres']}, load generator on the same machine.",
        "",
        "| work | clients | against | ratio | lowest to highest | rate | theirs | p50, p99 (ms) | theirs |",
        "|---|---|---|---|---|---|---|---|---|",
    ]
    for row in result["rows"]:
        told = row["summary"]
        ours, theirs = told["sides"]["ours"], told["sides"].get("theirs")
        cells = [row["what"], row["clients"], row["other"] or "—"]
        if theirs:
            cells += [f"**{told['ratio']:.2f}**", f"{min(told['ratios']):.2f} to {max(told['ratios']):.2f}"]
        else:
            cells += ["—", "—"]
        cells += [f"{number(ours['rate'])}/s", f"{number(theirs['rate'])}/s" if theirs else "—"]
        cells += [_latency(row, ours), _latency(row, theirs) if theirs else "—"]
        lines.append("| " + " | ".join(str(cell) for cell in cells) + " |")
        if told["errors"]:
            lines[-1] += f" **{told['errors']} errors** |"
    lines += ["", "| resident memory | MB |", "|---|---|"]
    lines += [f"| {name} | {megabytes:.0f} |" for name, megabytes in result["memory_mb"].items()]
    if result["left_out"]:
        lines += ["", "Left out:", ""]
        lines += [f"- {name}: {why}" for name, why in result["left_out"].items()]
    return "\n".join(lines) + "\n"


def _latency(row, side):
    if row["kind"] == "import":
        return f"{number(side['p50_ms'] / 1000)} s in all"
    return f"{number(side['p50_ms'])}, {number(side['p99_ms'])}"


def write(result, folder):
    """Writes both forms, and gives the Markdown."""
    for row in result["rows"]:
        row["summary"] = summary(row)
    return save(folder, "results", result, markdown(result))


def save(folder, name, result, text):
    """Writes a result as `name`.json and its Markdown as `name`.md, and gives the Markdown."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / f"{name}.json").write_text(json.dumps(result, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
    (folder / f"{name}.md").write_text(text, encoding="utf-8")
    return text
