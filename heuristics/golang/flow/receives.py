"""What a receive tells of other goroutines, by the channel that it receives from."""

from __future__ import annotations

from heuristics.golang import known, tree
from heuristics.golang.model import Scope, Var
from heuristics.golang.types.bind import Binder
from heuristics.golang.types.infer import Inference


def feeds(channel: tree.Expr, inference: Inference, binder: Binder) -> bool:
    """Whether a loop gets its work from a channel: it is not made here, and no other code of the body uses it."""
    if isinstance(channel, tree.Name):
        var = inference.meanings.get(channel)
        if not isinstance(var, Var) or var.scope not in (Scope.LOCAL, Scope.PARAMETER):
            return False
        given = [origin for origin in binder.origins.get(var, []) if origin is not None]
        made = any(isinstance(o, tree.Call) and inference.callee(o).known == "builtin.make" for o in given)
        return var not in binder.captured and not made
    if not isinstance(channel, tree.Selector):
        return False
    text, field = inference.file.text, b"." + channel.name.encode()
    others = (one for one in binder.literals if not one.start <= channel.start < one.stop)
    return all(text.find(field, one.start, one.stop) < 0 for one in others)


def of_clock(channel: tree.Expr, inference: Inference) -> bool:
    """Whether a receive tells only that time has passed or that someone gave up, not that a goroutine is done."""
    if isinstance(channel, tree.Call):
        callee = inference.callee(channel)
        return callee.known in known.CLOCK_CHANNELS or (callee.name == "Done" and callee.function is None)
    member = inference.member_of(channel) if isinstance(channel, tree.Selector) else None
    return member is not None and member.known in known.CLOCK_CHANNELS
