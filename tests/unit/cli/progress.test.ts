import * as assert from "node:assert/strict";
import { mock } from "node:test";
import { fittedWidths, textTable } from "@cloister/cli/testing";
import { terminalProgress } from "@cloister/common";

describe("progress", () => {
  const shown = (isTTY: boolean, env: Record<string, string>, work: (progress: ReturnType<typeof terminalProgress>) => void) => {
    let text = "";
    work(terminalProgress({ write: (part) => void (text += part), isTTY, columns: 40 }, env));
    return text;
  };

  it("prints plain lines without a terminal", () => {
    const text = shown(false, {}, (progress) => {
      const step = progress.step("Building");
      step.update("half");
      step.done("5 MB");
      progress.note("Bye");
    });
    assert.equal(text, "… Building\n✔ Building (0 s): 5 MB\nBye\n");
  });

  it("prints plain lines in a terminal when CI is set", () => {
    assert.doesNotMatch(
      shown(true, { CI: "true" }, (progress) => progress.step("Building").fail("no")),
      /\x1b/,
    );
  });

  it("prints one live line per running step in a terminal, cut to its width, in color unless NO_COLOR is set", () => {
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

  const attack = "a\x1b]52;c;ZXZpbA==\x07b\x1b[2K\x1b[1Ac\x9b2Jd\re\u202ef\u2066g";
  const harmful = /[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]/;

  it("removes escape sequences, control characters and marks of writing direction from all texts", () => {
    const text = shown(false, {}, (progress) => {
      const step = progress.step(attack);
      step.update(attack);
      step.done(attack);
      progress.step("x").fail(attack);
      progress.note(`first\n\t${attack}`);
    });
    assert.doesNotMatch(text, harmful);
    assert.match(text, /first\n\ta/);
    const live = shown(true, { NO_COLOR: "1" }, (progress) => progress.step(attack).update(attack));
    assert.doesNotMatch(live.replace(/\x1b\[\d+A\x1b\[J/g, ""), harmful);
  });

  it("prints table cells in one harmless line of at most 500 characters", () => {
    const table = textTable(["name", "reason"], [[attack, `one\r\ntwo ${"x".repeat(600)}`]]);
    assert.doesNotMatch(table, harmful);
    assert.match(table, /│ one two x{491}… │/);
  });

  it("divides cells into lines that fit the terminal, and loses no character", () => {
    const reason = "The runner ended without a result in 3 builds: arn:aws:codebuild:eu-central-1:111122223333:build/runner:12deabaf";
    const rows = [["111122223333", "risk-test", reason]];
    const lines = textTable(["account", "name", "last operation"], rows, 80).split("\n");
    assert.deepEqual([...new Set(lines.map(({ length }) => length))], [80]);
    const shownReason = lines.flatMap((line) => (line.startsWith("│") ? [line.split("│")[3]!.trim()] : [])).slice(1);
    assert.equal(shownReason.join("").replaceAll(" ", ""), reason.replaceAll(" ", ""));
    assert.match(lines.join("\n"), /│ 111122223333 │ risk-test │/);
    const wide = textTable(["account", "name", "last operation"], rows, undefined);
    assert.ok(wide.includes(`│ ${reason} │`));
  });

  it("makes only the widest columns of a table narrower", () => {
    assert.deepEqual(fittedWidths([14, 11, 200, 90], 120), [14, 11, 47, 47]);
    assert.deepEqual(fittedWidths([14, 11], 120), [14, 11]);
    assert.deepEqual(fittedWidths([50, 50], 10), [14, 14]);
  });

  describe("over time", () => {
    beforeEach(() => mock.timers.enable({ apis: ["Date", "setInterval"], now: 1_800_000_000_000 }));
    afterEach(() => mock.timers.reset());

    it("prints the progress of a long step at most every 30 seconds without a terminal", () => {
      const text = shown(false, {}, (progress) => {
        const step = progress.step("Building");
        for (let second = 0; second <= 70; second++) {
          step.update(`${second} of 70`);
          mock.timers.tick(1000);
        }
        step.done();
      });
      assert.equal(text, "… Building\n  Building (31 s): 31 of 70\n  Building (62 s): 62 of 70\n✔ Building (71 s)\n");
    });

    it("redraws running steps every half second in a terminal, and keeps one line for each step that ended", () => {
      let output = "";
      const progress = terminalProgress({ write: (part) => void (output += part), isTTY: true, columns: 40 }, { NO_COLOR: "1" });
      const [first, second] = [progress.step("First"), progress.step("Second")];
      first.update("x".repeat(100));
      mock.timers.tick(2000);
      assert.deepEqual(
        screen(output),
        [`… First (2 s) ${"x".repeat(25)}`, "… Second (2 s)"].map((line) => line.slice(0, 39)),
      );
      first.done("made");
      progress.note("By the way");
      second.fail("no");
      assert.deepEqual(screen(output), ["✔ First (2 s): made", "By the way", "✖ Second (2 s): no"]);
      const ended = output;
      mock.timers.tick(5000);
      assert.equal(output, ended, "no line is drawn after the last step");
    });

    /** The lines in a terminal after this output. Supports only the sequence "move up n lines and clear". */
    const screen = (output: string): string[] => {
      const lines: string[] = [];
      for (const part of output.split(/(?=\x1b\[\d+A)|(?<=\x1b\[J)|(?<=\n)/)) {
        const up = /^\x1b\[(\d+)A\x1b\[J$/.exec(part)?.[1];
        if (up) lines.splice(lines.length - Number(up));
        else lines.push(part.replace(/\n$/, ""));
      }
      return lines;
    };
  });

  it("ignores a second call that ends a step", () => {
    const text = shown(false, {}, (progress) => {
      const step = progress.step("Building");
      step.fail("no");
      step.done("yes");
    });
    assert.equal(text, "… Building\n✖ Building (0 s): no\n");
  });
});
