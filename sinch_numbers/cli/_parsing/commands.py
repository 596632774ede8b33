"""Commands and groups of the command line, which accept global options at any place."""

from collections.abc import Sequence
from functools import cached_property
from typing import Any, Final

import typer
from typer.core import TyperCommand, TyperGroup

from sinch_numbers._core import arguments
from sinch_numbers._core.choices import listed
from sinch_numbers.cli._help import pages
from sinch_numbers.cli._parsing.parser import ArgumentParser
from sinch_numbers.cli._parsing.suggestions import commands_like
from sinch_numbers.cli._parsing.values import Value, values_of
from sinch_numbers.cli._shared.errors import ExitCode
from sinch_numbers.cli._shared.streams import write_stderr

_SHARED: Final = "sinch_numbers.global_options"


class _Shaped:
    """Behavior that commands and groups share."""

    params: list[Any]
    callback: Any

    @cached_property
    def values(self) -> dict[str, Value]:
        """The values of the options and arguments, by parameter."""
        return {} if self.callback is None else values_of(self.callback)

    def make_parser(self, ctx: Any) -> Any:
        """Return the parser of the command's arguments."""
        root = ctx.find_root().command
        own = [one for one in self.get_params(ctx) if one not in root.params]  # type: ignore[attr-defined]  # of typer's class
        return _EagerParser(
            ctx,
            own,
            root.params,
            ctx.meta.setdefault(_SHARED, {}),
            {**root.values, **self.values},
            interspersed=not isinstance(self, TyperGroup),
        )

    def get_help(self, ctx: Any) -> str:
        """Return the help page of the command."""
        return pages.page(ctx, no_color=bool(given_globally(ctx).get("no_color")))


class _EagerParser(ArgumentParser):
    """Runs eager global options, such as ``--version``, before the command is checked."""

    def parse_args(self, args: list[str]) -> tuple[dict[str, Any], list[str], list[Any]]:
        """Parse *args*, and run the eager global options among them."""
        parsed = super().parse_args(args)
        root = self._context.find_root()
        given = self._context.meta[_SHARED]
        for one in root.command.params:
            if one.is_eager and one.name in given:
                one.handle_parse_result(root, given, [])
        return parsed


class Command(_Shaped, TyperCommand):
    """A command; it applies the global options before it runs."""

    def invoke(self, ctx: Any) -> Any:
        """Apply the global options, and run the command."""
        root = ctx.find_root()
        given = ctx.meta[_SHARED]
        for parameter in root.command.params:
            parameter.handle_parse_result(root, given, [])
        for context in (root, ctx):
            _check_texts(context)
        root.invoke(root.command.configure, **root.params)
        ctx.obj = root.obj
        return super().invoke(ctx)


class CommandGroup(_Shaped, TyperGroup):
    """A group of commands; unknown ones are reported with a suggestion."""

    configure: Any = None
    """Function that applies the global options; only the root group has one."""

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        """Parse the arguments; without any, print the help to stderr."""
        if not args and self.no_args_is_help:
            write_stderr(f"{ctx.get_help()}\n")
            raise typer.Exit(ExitCode.USAGE)
        return super().parse_args(ctx, args)

    def get_params(self, ctx: Any) -> list[Any]:
        """Return the options of the group; those of the root group are the global ones."""
        found = super().get_params(ctx)
        return [one for one in found if one not in self.params] if ctx.parent is None else found

    def resolve_command(self, ctx: Any, args: list[str]) -> Any:
        """Return the command that *args* begin with."""
        if args[0] in self.commands:
            return super().resolve_command(ctx, args)
        path = ctx.command_path.split()[1:]
        similar = commands_like(ctx.find_root().command, path, args)
        hint = f"; did you mean {listed(similar)}?" if similar else ""
        return ctx.fail(f"no such command: {' '.join((*path, args[0]))}{hint}")


def build(app: typer.Typer) -> CommandGroup:
    """Return the command tree of *app*, made of `Command` and `CommandGroup`."""
    _use_own_classes(app)
    root: Any = typer.main.get_command(app)
    # Run by the command, when the options after it are known, too.
    _ = root.values
    root.configure, root.callback = root.callback, None
    return root  # type: ignore[no-any-return]  # the class set above


def context_of(root: Any, path: Sequence[str]) -> Any:
    """Return a context of the command *path* in the tree *root*, without parsed arguments."""
    context = root.context_class(root, info_name=root.name, **root.context_settings)
    command = root
    for name in path:
        command = command.commands[name]
        context = command.context_class(command, info_name=name, parent=context)
    return context


def given_globally(context: Any) -> dict[str, Any]:
    """Return the global options parsed so far, as texts by parameter."""
    found: dict[str, Any] = context.meta.get(_SHARED, {})
    return found


def _check_texts(context: Any) -> None:
    """Reject arguments and options that are not valid UTF-8, except for paths."""
    for parameter in context.command.params:
        value = context.params.get(parameter.name)
        texts = value if isinstance(value, list | tuple) else (value,)
        for text in texts:
            if isinstance(text, str) and arguments.has_surrogate(text):
                raise typer.BadParameter("expected valid UTF-8", ctx=context, param=parameter)


def _use_own_classes(app: typer.Typer) -> None:
    app.info.cls = CommandGroup
    for command in app.registered_commands:
        command.cls = Command
    for group in app.registered_groups:
        group.cls = CommandGroup
        if group.typer_instance is not None:
            _use_own_classes(group.typer_instance)
