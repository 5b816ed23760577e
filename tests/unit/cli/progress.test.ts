import * as assert from "node:assert/strict";
import { terminalProgress } from "@cloister/cli/progress";

describe("progress", () => {
  const shown = (isTTY: boolean, env: Record<string, string>, work: (progress: ReturnType<typeof terminalProgress>) => void) => {
    let text = "";
    work(terminalProgress({ write: (part) => void (text += part), isTTY, columns: 40 }, env));
    return text;
  };

  it("is plain lines without a terminal", () => {
    const text = shown(false, {}, (progress) => {
      const step = progress.step("Building");
      step.update("half");
      step.done("5 MB");
      progress.note("Bye");
    });
    assert.equal(text, "… Building\n✔ Building (0 s): 5 MB\nBye\n");
  });

  it("is plain lines in continuous integration, also in a terminal", () => {
    assert.doesNotMatch(
      shown(true, { CI: "true" }, (progress) => progress.step("Building").fail("no")),
      /\x1b/,
    );
  });

  it("is one live line for each running step in a terminal, cut to its width, in colour unless NO_COLOR is set", () => {
    const work = (progress: ReturnType<typeof terminalProgress>) => {
      const step = progress.step("Building");
      step.update("x".repeat(100));
      step.done();
    };
    const text = shown(true, {}, work);
    assert.ok(
      text.split("\n").every((line) => line.length < 60),
      text,
    );
    assert.match(text, /\x1b\[32m✔/);
    assert.match(shown(true, { NO_COLOR: "1" }, work), /[^m]✔ Building/);
  });

  it("ends a step once", () => {
    const text = shown(false, {}, (progress) => {
      const step = progress.step("Building");
      step.fail("no");
      step.done("yes");
    });
    assert.equal(text, "… Building\n✖ Building (0 s): no\n");
  });
});
