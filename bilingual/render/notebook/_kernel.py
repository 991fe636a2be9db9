"""Started in place of ``ipykernel_launcher``: imports from the folders it is given only.

Run as ``python -I _kernel.py -f CONNECTION ...`` with the folders in an environment
variable of ``bilingual.render.notebook.kernel``.
"""

import os
import sys


def main() -> None:
    """Set the path that modules come from, and become a kernel."""
    for folder in os.environ.pop("BILINGUAL_KERNEL_PATH", "").split(os.pathsep):
        if os.path.isabs(folder) and folder not in sys.path:  # noqa: PTH117 - nothing imported yet
            sys.path.append(folder)
    from ipykernel.kernelapp import launch_new_instance

    launch_new_instance()


main()
