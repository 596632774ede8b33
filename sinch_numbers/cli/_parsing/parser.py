"""Argument parser: global options at any place, and no option with two different values."""

from collections.abc import Mapping, Sequence
from typing import Any, Final

import typer

from sinch_numbers._core.choices import suggestion
from sinch_numbers.cli._parsing.usage_errors import UsageError
from sinch_numbers.cli._parsing.values import FLAG, Value
from sinch_numbers.cli._shared.written_names import spelled

OPTIONAL: Final = "[SHELL]"
"""Metavar of options whose value can be left out; it is then an empty text."""


class ArgumentParser:
    """
    Parses the arguments of one command or group.

    Values of global options are stored in *shared*, which all commands of a command line have in
    common, and those of the command are returned. Values are texts: typer converts them.
    """

    _opt_prefixes: Final = frozenset(("-", "--"))  # typer reads it

    def __init__(
        self,
        context: typer.Context,
        own: Sequence[Any],
        shared_options: Sequence[Any],
        shared: dict[str, Any],
        values: Mapping[str, Value],
        *,
        interspersed: bool,
    ) -> None:
        self._context = context
        self._arguments = [one for one in own if one.param_type_name == "argument"]
        self._options: dict[str, tuple[Any, dict[str, Any], bool]] = {}
        self._values = values
        self._interspersed = interspersed
        self._given: dict[str, Any] = {}
        self._order: list[Any] = []
        for parameters, target in ((shared_options, shared), (own, self._given)):
            for one in parameters:
                if one.param_type_name == "option":
                    self._options |= dict.fromkeys(one.opts, (one, target, True))
                    self._options |= dict.fromkeys(one.secondary_opts, (one, target, False))

    def parse_args(self, args: list[str]) -> tuple[dict[str, Any], list[str], list[Any]]:
        """Return the values by parameter, the remaining arguments, and the order of options."""
        words: list[str] = []
        queue = list(args)
        while queue:
            text = queue.pop(0)
            if text == "--":
                words += queue
                break
            if text[:1] == "-" and len(text) > 1:
                self._option(text, queue)
            elif self._interspersed:
                words.append(text)
            else:
                words += [text, *queue]
                break
        return self._given, self._assign(words), self._order

    def _option(self, text: str, queue: list[str]) -> None:
        name, equals, value = text.partition("=")
        if name in self._options:
            self._store(name, value if equals else None, queue)
        elif text.startswith("--"):
            self._unknown(name)
        else:
            self._short(text, queue)

    def _short(self, text: str, queue: list[str]) -> None:
        """Parse short options: ``-rUS``, and several flags as in ``-yh``."""
        for place in range(1, len(text)):
            name, rest = f"-{text[place]}", text[place + 1 :]
            if name not in self._options:
                self._unknown(text if place == 1 else name)
            parameter, _, _ = self._options[name]
            if parameter.is_flag:
                self._store(name, None, queue)
            else:
                self._store(name, rest.removeprefix("=") if rest else None, queue)
                return

    def _store(self, name: str, value: str | None, queue: list[str]) -> None:
        parameter, target, is_on = self._options[name]
        self._order.append(parameter)
        if parameter.is_flag:
            if value is not None:
                self._context.fail(f"{name} is a flag and has no value")
            self._set(parameter, target, is_on)
            return
        if value is None and parameter.metavar == OPTIONAL:
            takes = bool(queue) and not queue[0].startswith("-")
            value = queue.pop(0) if takes else ""
        elif value is None:
            if not queue or queue[0] in self._options:
                self._context.fail(f"{name} requires a value: {name} {self._placeholder(name)}")
            value = queue.pop(0)
        try:
            checked = self._values.get(parameter.name, Value()).check(value)
        except typer.BadParameter as error:
            error.param_hint = f"'{spelled(parameter)}'"
            error.ctx = self._context
            raise
        self._set(parameter, target, checked)

    def _set(self, parameter: Any, target: dict[str, Any], value: Any) -> None:
        if parameter.multiple:
            target.setdefault(parameter.name, []).append(value)
            return
        before = target.setdefault(parameter.name, value)
        if before != value:
            if parameter.is_flag:
                names = " and ".join((spelled(parameter), *parameter.secondary_opts))
                self._context.fail(f"{names} exclude each other")
            self._context.fail(
                f"{spelled(parameter)} is given twice with different values: "
                f"{before!r} and {value!r}"
            )

    def _placeholder(self, name: str) -> str:
        return self._values.get(self._options[name][0].name, FLAG).name or "VALUE"

    def _unknown(self, name: str) -> None:
        names = [one for one in self._options if one.startswith("--")]
        similar = suggestion(name, names)
        hint = f"; did you mean {similar}?" if similar else ""
        error = UsageError(f"no such option: {name}{hint}", self._context)
        error.param_hint = name
        raise error

    def _assign(self, words: list[str]) -> list[str]:
        """Assign *words* to the arguments of the command, and return the remaining ones."""
        left = list(words)
        for place, argument in enumerate(self._arguments):
            later = sum(one.nargs for one in self._arguments[place + 1 :] if one.nargs > 0)
            count = max(len(left) - later, 0) if argument.nargs == -1 else argument.nargs
            taken, left = left[:count], left[count:]
            if taken:
                self._given[argument.name] = tuple(taken) if argument.nargs != 1 else taken[0]
            self._order.append(argument)
        return left
