"""A folder in which dcgan and the browser work."""

import base64
import os
import subprocess

from browser import Page


class Place:
    """A folder with models and pages, the program and a browser."""

    def __init__(self, browser, program, folder):
        self.browser, self.folder = browser, folder
        (folder / "bin").mkdir()
        os.symlink(program, folder / "bin" / "dcgan")
        path = f"{folder / 'bin'}{os.pathsep}{os.environ['PATH']}"
        self.environment = {**os.environ, "PATH": path}

    def dcgan(self, *arguments):
        return self.shell(subprocess.list2cmdline(["dcgan", "--quiet", *arguments]))

    def shell(self, commands):
        done = subprocess.run(
            ["bash", "-ec", commands], cwd=self.folder, env=self.environment, check=True, stdout=subprocess.PIPE, text=True
        )
        return done.stdout

    def open(self, name, **how):
        page = Page(self.browser, self.folder / f"{name}.html", **how)
        page.wait("document.readyState === 'complete' && document.getElementById('command').textContent !== ''")
        return page

    def decoded(self, page, name):
        """The pixels of a PNG, RGBA, as the browser draws them."""
        data = base64.b64encode((self.folder / name).read_bytes()).decode()
        return page.do(
            """(async () => {
                const bytes = Uint8Array.from(atob("%s"), (c) => c.charCodeAt(0));
                const bitmap = await createImageBitmap(new Blob([bytes]));
                const canvas = Object.assign(document.createElement("canvas"), { width: bitmap.width, height: bitmap.height });
                const context = canvas.getContext("2d");
                context.drawImage(bitmap, 0, 0);
                return Array.from(context.getImageData(0, 0, canvas.width, canvas.height).data);
            })()"""
            % data
        )
