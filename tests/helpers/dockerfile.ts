// Rules for Dockerfiles: those of hadolint that matter here.

export interface Instruction {
  name: string;
  text: string;
}

/** The instructions of a Dockerfile, without comments. Continued lines are one instruction. */
export const instructionsOf = (dockerfile: string): Instruction[] =>
  dockerfile
    .replaceAll(/^\s*#.*\n/gm, "")
    .replaceAll(/\\\n\s*/g, " ")
    .split("\n")
    .filter((line) => line.trim() !== "")
    .map((line) => {
      const [, name, text] = /^\s*([A-Z]+)\s+(.*)$/.exec(line) ?? [undefined, "?", line];
      return { name: name!, text: text! };
    });

const known = ["ARG", "CMD", "COPY", "ENV", "FROM", "RUN", "USER", "WORKDIR"];
const isRoot = (user: string) => /^(root|0)(:|$)/.test(user);

/** Every rule reports what is wrong with a Dockerfile. */
export const dockerfileRules: Record<string, (all: Instruction[]) => string[]> = {
  "uses only known instructions": (all) => all.filter(({ name }) => !known.includes(name)).map(({ name }) => name),
  "pins each base image by version and digest": (all) =>
    all
      .filter(({ name, text }) => name === "FROM" && !/^\S+:\d+\.\d+\.\d+[\w.-]*@sha256:[0-9a-f]{64}( AS \w+)?$/.test(text))
      .map(({ text }) => text),
  "starts each stage from one base image": (all) => {
    const images = new Set(all.filter(({ name }) => name === "FROM").map(({ text }) => text.split(" ")[0]!));
    return images.size > 1 ? [...images] : [];
  },
  "runs as a user other than root": (all) => {
    const last = all.slice(all.map(({ name }) => name).lastIndexOf("FROM"));
    const defaults = Object.fromEntries(all.filter(({ name }) => name === "ARG").map(({ text }) => text.split("=") as [string, string]));
    const user = last
      .filter(({ name }) => name === "USER")
      .at(-1)
      ?.text.replace(/\$\{(\w+)\}/, (_: string, name: string) => defaults[name] ?? "");
    return user === undefined || user === "" || isRoot(user) ? [user ?? "no USER"] : [];
  },
  "starts one command in exec form": (all) => {
    const commands = all.filter(({ name }) => name === "CMD").map(({ text }) => text);
    return commands.length === 1 && commands[0]!.startsWith("[") ? [] : commands.concat(commands.length === 0 ? ["no CMD"] : []);
  },
  "has absolute working directories": (all) =>
    all.filter(({ name, text }) => name === "WORKDIR" && !text.startsWith("/")).map(({ text }) => text),
  "runs no script from the network, and no packages without a pinned version": (all) =>
    all
      .filter(({ name, text }) => name === "RUN" && /\b(curl|wget|sudo|apt-get|apk|npm install|npx|pip install)\b/.test(text))
      .map(({ text }) => text),
  "contains no secret": (all) =>
    all
      .filter(({ name, text }) => /^(ENV|ARG)$/.test(name) && /(PASSWORD|TOKEN|SECRET|ACCESS_KEY|PASSPHRASE)/i.test(text))
      .map(({ text }) => text),
};
