"""Drives Chromium by the DevTools protocol over a pipe, with Python's standard library alone."""

import base64
import json
import os
import shlex
import shutil
import subprocess
import tempfile
import time

TIMEOUT = 60


class Browser:
    """A headless Chromium, to be used in a `with` statement."""

    def __init__(self):
        program = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
        if not program:
            raise SystemExit("no Chromium found; install it with: apt-get install chromium")
        self.profile = tempfile.TemporaryDirectory()
        flags = ["--headless=new", "--remote-debugging-pipe", "--no-first-run", "--disable-gpu"]
        flags += [f"--user-data-dir={self.profile.name}", "--hide-scrollbars"]
        # The sandbox does not work for root, as whom containers run.
        flags += ["--no-sandbox"] if os.geteuid() == 0 else []
        # Chromium reads from descriptor 3 and writes to descriptor 4.
        theirs_in, self.ours_out = os.pipe()
        self.ours_in, theirs_out = os.pipe()
        command = f"exec {shlex.join([program, *flags])} 3<&{theirs_in} 4>&{theirs_out}"
        self.process = subprocess.Popen(
            ["bash", "-c", command],
            pass_fds=(theirs_in, theirs_out),
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        os.close(theirs_in)
        os.close(theirs_out)
        self.buffer, self.count, self.events = b"", 0, []

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.send("Browser.close")
        self.process.wait(TIMEOUT)
        self.profile.cleanup()

    def send(self, method, session=None, **params):
        """The result of a call; events that arrive before it are kept."""
        self.count += 1
        message = {"id": self.count, "method": method, "params": params}
        if session:
            message["sessionId"] = session
        os.write(self.ours_out, json.dumps(message).encode() + b"\0")
        while True:
            answer = self.receive()
            if answer.get("id") == self.count:
                if "error" in answer:
                    raise RuntimeError(f"{method}: {answer['error']}")
                return answer["result"]
            self.events.append(answer)

    def receive(self):
        while b"\0" not in self.buffer:
            part = os.read(self.ours_in, 1 << 16)
            if not part:
                raise RuntimeError("the browser has ended")
            self.buffer += part
        message, self.buffer = self.buffer.split(b"\0", 1)
        return json.loads(message)


class Page:
    """A tab with a file, its errors and its requests."""

    def __init__(self, browser, path, width=1100, height=900, scheme="light", before="", downloads=None):
        self.browser, self.url = browser, path.as_uri()
        target = browser.send("Target.createTarget", url="about:blank")["targetId"]
        self.session = browser.send("Target.attachToTarget", targetId=target, flatten=True)["sessionId"]
        self.target, self.errors, self.requests, self.workers = target, [], [], 0
        self.send("Target.setAutoAttach", autoAttach=True, waitForDebuggerOnStart=True, flatten=True)
        for domain in ["Page", "Runtime", "Log", "Network"]:
            self.send(f"{domain}.enable")
        metrics = {"width": width, "height": height, "deviceScaleFactor": 2, "mobile": width < 600}
        self.send("Emulation.setDeviceMetricsOverride", **metrics)
        features = [{"name": "prefers-color-scheme", "value": scheme}]
        self.send("Emulation.setEmulatedMedia", features=features)
        if before:
            self.send("Page.addScriptToEvaluateOnNewDocument", source=before)
        if downloads:
            settings = {"behavior": "allow", "downloadPath": str(downloads)}
            browser.send("Browser.setDownloadBehavior", **settings)
        self.send("Page.navigate", url=self.url)

    def send(self, method, **params):
        result = self.browser.send(method, self.session, **params)
        self.sort_events()
        return result

    def sort_events(self):
        events, self.browser.events = self.browser.events, []
        for event in events:
            method, params = event["method"], event["params"]
            if method == "Target.attachedToTarget" and params.get("waitingForDebugger"):
                self.workers += 1
                worker = params["sessionId"]
                for call in ["Runtime.enable", "Network.enable", "Runtime.runIfWaitingForDebugger"]:
                    self.browser.send(call, worker)
            elif method == "Network.requestWillBeSent":
                self.requests.append(params["request"]["url"])
            elif method == "Runtime.exceptionThrown":
                self.errors.append(params["exceptionDetails"])
            elif method == "Log.entryAdded" and params["entry"]["level"] == "error":
                self.errors.append(params["entry"])
            elif method == "Runtime.consoleAPICalled" and params["type"] in ("error", "assert"):
                self.errors.append(params)

    def do(self, expression):
        """The value of an expression of JavaScript, or of the promise that it gives."""
        answer = self.send("Runtime.evaluate", expression=expression, awaitPromise=True, returnByValue=True, userGesture=True)
        if "exceptionDetails" in answer:
            raise RuntimeError(f"{expression[:200]}: {answer['exceptionDetails']}"[:1000])
        return answer["result"].get("value")

    def wait(self, expression):
        """Waits until an expression is true."""
        end = time.monotonic() + TIMEOUT
        while not self.do(expression):
            if time.monotonic() > end:
                raise AssertionError(f"not true after {TIMEOUT} s: {expression}\n{self.errors}")
            time.sleep(0.02)

    def press(self, key, code):
        for kind in ["keyDown", "keyUp"]:
            text = {"text": "\r"} if key == "Enter" and kind == "keyDown" else {}
            self.send("Input.dispatchKeyEvent", type=kind, key=key, code=key, windowsVirtualKeyCode=code, **text)

    def screenshot(self, path):
        size = self.send("Page.getLayoutMetrics")["cssContentSize"]
        clip = {"x": 0, "y": 0, "width": size["width"], "height": size["height"], "scale": 1}
        data = self.send("Page.captureScreenshot", captureBeyondViewport=True, clip=clip)["data"]
        path.write_bytes(base64.b64decode(data))

    def close(self):
        """Closes the tab, which must have loaded nothing and reported nothing."""
        self.do("0")
        loaded = [url for url in self.requests if url != self.url and not url.startswith(("blob:", "data:"))]
        assert not loaded, loaded
        assert not self.errors, self.errors
        self.browser.send("Target.closeTarget", targetId=self.target)
