"""Charts of the overview and the heuristics: images beside the tables that say the same, in light and dark."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence

from flask import Blueprint, Response, abort, request

from bot.dashboard.asked import choice
from bot.dashboard.drawing import DARK, LIGHT, Drawings, Paper, Spec, chart, digest
from bot.dashboard.here import Here
from bot.dashboard.words import STATES
from bot.store.database import Database
from bot.store.reading import heuristics, overview
from bot.store.reading import weeks as reading
from bot.viewer import Sight

_SHOWN = ("open", "merged", "ignored", "resolved", "fixed")
_REPOSITORIES = 15
_HEURISTICS = 25
_PAPERS = {"light": LIGHT, "dark": DARK}
_WIDTHS = {"wide": 700, "narrow": 340}
# What times are told in, the largest first that some of them fill.
_UNITS = (("days", 86_400.0), ("hours", 3600.0), ("minutes", 60.0), ("seconds", 1.0))
_FEW = 5
_ROW = 22
_HEIGHT = 180

Draw = Callable[[Database, Sight, Paper, int], Spec]


def add(routes: Blueprint, here: Here) -> None:
    """Route /orgs/ACCOUNT/charts/NAME.svg, with ?theme=dark and ?size=narrow."""
    drawings = Drawings()

    @routes.get("/charts/<name>.svg")
    def chart(name: str) -> Response:
        draw = CHARTS.get(name) or abort(404)
        paper = _PAPERS[choice(request.args, "theme", _PAPERS, "light")]
        width = _WIDTHS[choice(request.args, "size", _WIDTHS, "wide")]
        spec = draw(here.database, here.sight, paper, width)
        answer = Response(mimetype="image/svg+xml")
        answer.set_etag(digest(spec))
        # Kept by the browser, and asked for each time whether it still is what this person may see.
        answer.headers["Cache-Control"] = "private, no-cache"
        if request.if_none_match.contains(digest(spec)):
            answer.status_code = 304
        else:
            answer.set_data(drawings.draw(digest(spec), spec))
        return answer


def _weeks(db: Database, sight: Sight, paper: Paper, width: int) -> Spec:
    """Findings by the week in which they were first seen and by what became of them."""
    with db.read() as connection:
        weeks = reading.by_state(connection, sight, reading.moment(connection))
    rows = [
        {"week": at - reading.WEEKS + 1, "state": STATES[name], "rank": rank, "findings": week.get(name, 0)}
        for at, week in enumerate(weeks)
        for rank, name in enumerate(_SHOWN)
    ]
    names = [STATES[name] for name in _SHOWN]
    colour = {"domain": names, "range": [paper.states[name] for name in _SHOWN]}
    encoding = {
        "x": _week_axis("weeks ago, by when it was first seen"),
        "y": {"field": "findings", "type": "quantitative", "axis": _counts(sum(week.values()) for week in weeks)},
        "color": {"field": "state", "type": "nominal", "scale": colour, "legend": {"columns": 2 if width < 500 else 5}},
        "order": {"field": "rank", "type": "quantitative"},
    }
    return chart(paper, width, height=_HEIGHT, data={"values": rows}, mark={"type": "bar"}, encoding=encoding)


def _fixes(db: Database, sight: Sight, paper: Paper, width: int) -> Spec:
    """Median time from comment to fix, by week."""
    with db.read() as connection:
        weeks = reading.fixes(connection, sight, reading.moment(connection)).weeks
    longest = max((seconds for seconds in weeks if seconds is not None), default=0.0)
    unit, size = next((one for one in _UNITS if longest >= 2 * one[1]), _UNITS[-1])
    times = [None if seconds is None else round(seconds / size, 2) for seconds in weeks]
    axis = {**_numbers(f"median {unit}"), "format": "~r"}
    return _line(paper, width, times, paper.accent, _week_axis("weeks ago, by when it was first seen"), axis)


def _standing(db: Database, sight: Sight, paper: Paper, width: int) -> Spec:
    """Findings that stood in default branches, by week."""
    stood = overview.stood(db, sight)
    axis = _counts(many or 0 for many in stood)
    return _line(paper, width, stood, paper.states["open"], _week_axis("weeks ago"), axis)


def _line(paper: Paper, width: int, weeks: Sequence[float | None], colour: str, week: Spec, axis: Spec) -> Spec:
    """A line over the weeks, broken where there is no value."""
    rows = [{"week": at - reading.WEEKS + 1, "value": value} for at, value in enumerate(weeks)]
    mark = {
        "type": "line",
        "point": {"color": colour, "size": 40},
        "color": colour,
        "invalid": "break-paths-show-domains",
    }
    encoding = {"x": week, "y": {"field": "value", "type": "quantitative", "axis": axis}}
    return chart(paper, width, height=_HEIGHT, data={"values": rows}, mark=mark, encoding=encoding)


def _exposure(db: Database, sight: Sight, paper: Paper, width: int) -> Spec:
    """The repositories with the most findings that are open or were merged."""
    ranked = sorted(overview.exposed(db, sight).items(), key=lambda one: (-one[1], sight.by_id[one[0]].name))
    rows = [{"repository": sight.by_id[id_].name, "findings": many} for id_, many in ranked[:_REPOSITORIES]]
    encoding = {
        "y": _names("repository", width),
        "x": {"field": "findings", "type": "quantitative", "axis": _counts(many for _, many in ranked)},
    }
    mark = {"type": "bar", "color": paper.states["open"]}
    return chart(
        paper, width, height={"step": _ROW}, padding=_beside(width), data={"values": rows}, mark=mark, encoding=encoding
    )


def _precision(db: Database, sight: Sight, paper: Paper, width: int) -> Spec:
    """Precision of the heuristics that people decided on most, with its 95 % interval."""
    worth = heuristics.by_heuristic(db, sight)
    ranked = sorted((one for one in worth.items() if one[1].decided), key=lambda one: (-one[1].decided, one[0]))
    rows = [
        {"heuristic": name, "precision": one.precision, "low": one.interval[0], "high": one.interval[1]}
        for name, one in ranked[:_HEURISTICS]
    ]
    axis = {"title": "precision", "domain": False, "format": "%", "values": [0, 0.2, 0.4, 0.6, 0.8, 1]}
    scale = {"domain": [0, 1]}
    place = {"field": "low", "type": "quantitative", "scale": scale, "axis": axis}
    layers = [
        {
            "mark": {"type": "rule", "color": paper.faint, "strokeWidth": 2},
            "encoding": {"x": place, "x2": {"field": "high"}},
        },
        {
            "mark": {"type": "point", "filled": True, "size": 70, "color": paper.accent, "opacity": 1},
            "encoding": {"x": {"field": "precision", "type": "quantitative", "scale": scale}},
        },
    ]
    encoding = {"y": _names("heuristic", width)}
    return chart(
        paper,
        width,
        height={"step": _ROW},
        padding=_beside(width),
        data={"values": rows},
        encoding=encoding,
        layer=layers,
    )


def _week_axis(title: str) -> Spec:
    words = "datum.value == 0 ? 'now' : -datum.value"
    axis = {
        "title": title,
        "labelExpr": words,
        "labelAngle": 0,
        "grid": False,
        "values": [-10, -8, -6, -4, -2, 0],
    }
    return {"field": "week", "type": "ordinal", "axis": axis}


def _numbers(title: str) -> Spec:
    return {"title": title, "tickCount": 5, "domain": False}


def _counts(numbers: Iterable[int]) -> Spec:
    """An axis of findings, of which there are no halves."""
    most = max(numbers, default=0)
    marks = {"values": list(range(most + 1))} if most <= _FEW else {"tickMinStep": 1}
    return {**_numbers("findings"), **marks, "format": ",d"}


def _beside(width: int) -> Spec:
    """Room for names in a font that is wider than the one they were measured in."""
    return {"left": width // 12, "right": 2, "top": 2, "bottom": 2}


def _names(field: str, width: int) -> Spec:
    axis = {"title": None, "labelLimit": width // 2, "domain": False, "ticks": False}
    return {"field": field, "type": "nominal", "sort": None, "axis": axis}


CHARTS: dict[str, Draw] = {
    "weeks": _weeks,
    "fixes": _fixes,
    "standing": _standing,
    "exposure": _exposure,
    "precision": _precision,
}
