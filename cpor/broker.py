"""The broker of the embedded default: a folder in which each message is a file, whole from its first moment.

Kombu writes a message where readers look for it. One that comes in between finds it empty, and the worker ends.
"""

from pathlib import Path
from time import monotonic_ns
from typing import Any
from uuid import uuid4

from kombu.exceptions import ChannelError
from kombu.transport import filesystem
from kombu.utils.json import dumps


class Channel(filesystem.Channel):
    """Kombu's, but for how a message comes into the folder."""

    def _put(self, queue: str, message: Any, **_options: Any) -> None:  # type: ignore[override]
        """Writes the message beside where it is looked for, then gives it its name.

        Raises:
            ChannelError: where the folder takes no file.
        """
        folder, name = Path(self.data_folder_out), f"{monotonic_ns():020}_{uuid4()}.{queue}.msg"
        part = folder / f"{name}.part"
        try:
            part.write_text(dumps(message))
            part.replace(folder / name)
        except OSError as trouble:
            raise ChannelError(f"Cannot add {name} to {folder}") from trouble


class Transport(filesystem.Transport):
    """Messages as files."""

    Channel = Channel
