"""What a front end is told when a part of the kernel's command is gone."""
import json
import os
import tempfile

from jupyter_client.manager import start_new_kernel

path = os.path.join(os.environ["JUPYTER_DATA_DIR"], "kernels", ".net-csharp", "kernel.json")
with open(path) as file:
    installed = json.load(file)


def start_without(part, gone):
    spec = dict(installed, argv=installed["argv"][:part] + [gone] + installed["argv"][part + 1:])
    with open(path, "w") as file:
        json.dump(spec, file)
    with tempfile.TemporaryFile("w+") as errors:
        try:
            start_new_kernel(kernel_name=".net-csharp", startup_timeout=60, stderr=errors)
        except (OSError, RuntimeError) as error:
            errors.seek(0)
            return f"{error}\n{errors.read()}"
    raise AssertionError("it started")


said = start_without(0, "/gone/dotnet")
assert "No such file or directory: '/gone/dotnet'" in said, said
said = start_without(2, "/gone/workshop.dll")
assert "The application to execute does not exist: '/gone/workshop.dll'" in said, said
print("ok")
