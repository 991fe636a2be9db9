"""What Schemathesis has to know to send pieces of an upload: they are bytes."""

from __future__ import annotations

import schemathesis

schemathesis.serializer.alias("application/offset+octet-stream", "application/octet-stream")
