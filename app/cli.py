"""The command line: `neuronpark serve`, `neuronpark token` and `neuronpark train`."""

from __future__ import annotations

import re
import sys
from pathlib import Path
from typing import Annotated, Any, NoReturn

import msgspec
import typer
from pydantic import ValidationError
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from app import __version__, logs
from app.errors import Problem
from app.field_errors import from_pydantic
from app.runs.headless import Training
from app.runs.headless import train as train_here
from app.settings import PREFIX, Settings
from app.strict_json import parse
from engine.spec import RunSpec, SpecError

CANNOT_SERVE = 1
BAD_INPUT = 2
DIVERGED = 3
INTERRUPTED = 130
MOST_EPOCHS = 10_000_000
LONGEST_NAME = 40

app = typer.Typer(
    name="neuronpark",
    help="A neural-network playground in the browser.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    add_completion=False,
)
errors = Console(stderr=True, highlight=False, soft_wrap=True, markup=False)


def main() -> None:
    """The `neuronpark` command."""
    app()


def show_version(wanted: bool) -> None:
    if wanted:
        typer.echo(f"neuronpark {__version__}")
        raise typer.Exit


def read_epochs(text: str) -> int:
    """What stands behind `--epochs`."""
    if re.fullmatch(r"\d{1,8}", text) and int(text) <= MOST_EPOCHS:
        return int(text)
    raise typer.BadParameter(f"Give a whole number from 0 to {MOST_EPOCHS}.")


@app.callback()
def neuronpark(
    version: Annotated[
        bool, typer.Option("--version", callback=show_version, is_eager=True, help="Print the version and end.")
    ] = False,
) -> None:
    """A neural-network playground in the browser."""


@app.command()
def serve(
    host: Annotated[str | None, typer.Option(help="Address to listen on.", show_default="127.0.0.1")] = None,
    port: Annotated[
        str | None,
        typer.Option(metavar="INTEGER", help="Port to listen on; 0 takes any free one.", show_default="8000"),
    ] = None,
    workers: Annotated[
        str | None,
        typer.Option(metavar="INTEGER", help="Processes that train.", show_default="one for each processor core"),
    ] = None,
    open_page: Annotated[
        bool | None, typer.Option("--open/--no-open", help="Open the page in the browser.", show_default="open")
    ] = None,
) -> None:
    """Serve the playground until Ctrl-C.

    Each option is also a setting in the environment, such as NEURONPARK_PORT.
    """
    from app import serve as server  # the web half is loaded by those who serve: `train` starts in half the time
    from app.storage.location import CannotStore

    given = {"host": host, "port": port, "workers": workers, "open": open_page}
    settings = read_settings({name: value for name, value in given.items() if value is not None})
    logs.configure(settings)
    try:
        started = server.serve(settings, lambda address: announce(address, server.who_may_open(settings)))
    except (server.CannotListen, CannotStore) as error:
        fail(str(error), CANNOT_SERVE)
    except KeyboardInterrupt:
        errors.print("Neuron Park has ended.")
        return
    if not started:
        fail("Neuron Park could not start. The messages above say why.", CANNOT_SERVE)


@app.command()
def token(
    name: Annotated[
        str | None,
        typer.Option("--for", help="Whose it is: tokens for one name share their runs.", show_default="a new one"),
    ] = None,
    hours: Annotated[float, typer.Option(min=0.1, max=8784, help="Hours until it ends.")] = 12,
) -> None:
    """Make a token with which a script may use a hosted server.

    Reads NEURONPARK_SECRET_KEY, which must be that of the server. Prints the token alone on standard output.
    """
    from app.signing import Signatures, named_owner, new_owner

    settings = read_settings({"mode": "hosted"})
    signatures = Signatures(settings.secret_key.get_secret_value(), settings.session_lifetime)
    if name is not None and not 0 < len(name) <= LONGEST_NAME:
        fail(f"--for: Give a name of 1 to {LONGEST_NAME} characters.", BAD_INPUT)
    owner = new_owner() if name is None else named_owner(name)
    typer.echo(signatures.token(owner, round(hours * 3600)))
    errors.print(f"Send it as Authorization: Bearer …; it ends in {hours:g} hours.")


@app.command()
def train(
    spec: Annotated[str, typer.Argument(help="The run specification, a JSON file; - reads standard input.")],
    epochs: Annotated[int, typer.Option(parser=read_epochs, metavar="INTEGER", help="Passes over the training data.")],
    json_path: Annotated[
        Path | None, typer.Option("--json", help="Write losses and parameters to this file; - is standard output.")
    ] = None,
) -> None:
    """Train without a server and print the loss after every epoch.

    Ends with 0, with 2 if the specification cannot be used, with 3 if the run diverged.
    """
    run_spec = read_spec(spec)
    to_file = json_path is not None
    if json_path is not None:
        require_writable(json_path)
    training = train_with_progress(run_spec, epochs, lines=not to_file)
    if json_path is not None:
        write(json_path, msgspec.json.format(msgspec.json.encode(training.document()), indent=1))
    if training.interrupted:
        fail(f"Interrupted after epoch {training.epoch[-1] if training.epoch else 0}.", INTERRUPTED)
    if training.diagnosis is not None:
        fail(describe_divergence(training.diagnosis), DIVERGED)


def announce(address: str, notice: str | None) -> None:
    errors.print(f"Neuron Park is ready: {address}   Ctrl-C ends it.")
    if notice is not None:
        errors.print(notice)


def read_settings(given: dict[str, Any]) -> Settings:
    """The settings, or an end that names each one that cannot be used."""
    try:
        return Settings(**given)
    except ValidationError as error:
        schemas = Settings.model_json_schema()["properties"]
        for fault in error.errors(include_url=False, include_input=False):
            name = str(fault["loc"][0])
            source = f"--{name}" if name in given else f"{PREFIX}{name.upper()}"
            errors.print(f"{source}: {from_pydantic(fault, schemas[name])}")
        raise typer.Exit(BAD_INPUT) from None


def read_spec(path: str) -> RunSpec:
    """The specification in a file or on standard input, or an end that says everything that is wrong with it."""
    name = "Standard input" if path == "-" else path
    try:
        body = sys.stdin.buffer.read() if path == "-" else Path(path).read_bytes()
        return RunSpec.from_dict(parse(body))
    except OSError as error:
        fail(f"Cannot read {path}: {error.strerror}.", BAD_INPUT)
    except Problem as problem:
        errors.print(f"{name}: {problem.detail.replace('The body', 'The file')}")
        faults: list[Any] = problem.errors
    except SpecError as error:
        errors.print(f"{name} cannot be trained as it is:")
        faults = error.errors
    for fault in faults:
        errors.print(f"  {fault.pointer or '/'}: {fault.message}")
    raise typer.Exit(BAD_INPUT)


def train_with_progress(spec: RunSpec, epochs: int, lines: bool) -> Training:
    """Train with a progress bar on standard error and, if `lines`, a line for every epoch on standard output."""
    columns = (
        TextColumn("Training"),
        BarColumn(),
        MofNCompleteColumn(),
        TextColumn("epochs"),
        TimeRemainingColumn(),
        TextColumn("loss {task.fields[loss]}"),
    )
    with Progress(
        *columns,
        console=errors,
        transient=True,
        redirect_stdout=False,
        redirect_stderr=False,
        disable=not errors.is_terminal,
    ) as progress:
        task = progress.add_task("", total=epochs, loss="")

        def on_epoch(epoch: int, train_loss: float, test_loss: float | None) -> None:
            progress.update(task, completed=epoch, loss=f"{train_loss:.4f}")
            if lines:
                print(epoch, repr(train_loss), "-" if test_loss is None else repr(test_loss), sep="\t")

        if lines:
            print("epoch", "train_loss", "test_loss", sep="\t")
        return train_here(spec, epochs, on_epoch)


def require_writable(path: Path) -> None:
    """End before hours of training rather than after them if their result cannot be kept."""
    if str(path) != "-":
        try:
            path.open("ab").close()
        except OSError as error:
            fail(f"Cannot write {path}: {error.strerror}.", BAD_INPUT)


def write(path: Path, text: bytes) -> None:
    if str(path) == "-":
        sys.stdout.buffer.write(text + b"\n")
        return
    try:
        path.write_bytes(text + b"\n")
    except OSError as error:
        fail(f"Cannot write {path}: {error.strerror}.", BAD_INPUT)


def describe_divergence(diagnosis: dict[str, Any]) -> str:
    remedies = "; ".join(remedy["label"] for remedy in diagnosis["remedies"])
    return f"{diagnosis['title']}. {diagnosis['cause']} Try: {remedies}."


def fail(message: str, code: int) -> NoReturn:
    """End with a message on standard error."""
    errors.print(message)
    raise typer.Exit(code)
