// Renders the scripts for apps and notebook instances: variables, followed by the files in scripts/.
// Pure, except for reading these files.
import * as fs from "node:fs";
import * as path from "node:path";
import { repositoryOf } from "../aws/codeartifact";
import { factsModule, jobDefaults } from "./job-defaults";
import { type ScriptFacts } from "./script-facts";
import { type PipSettings, type StudioSettings } from "./settings";
import { quote, quoteLine } from "./shell-quote";

export interface ScriptArgs {
  facts: ScriptFacts;
  pip?: StudioSettings["pip"];
  git?: { name: string; email: string };
  /** Root of the file system. Only tests set it. */
  root?: string;
}

/** A script that makes pip report how to request a package. JSON strings are valid Python. */
const pipHint = (requests: string) => `PIP_HINT=${quote(`REQUESTS = ${JSON.stringify(requests)}\n${readScript("pip_hint.py")}`)}`;

/** The variables of the script that renews the token of a CodeArtifact repository. */
function pipToken({ indexUrl }: PipSettings, arn: string): string[] {
  const { domain, domainOwner } = repositoryOf(arn);
  return [
    `PIP_TOKEN_INDEX=${quoteLine(indexUrl)}`,
    `PIP_DOMAIN=${quoteLine(domain)}`,
    `PIP_DOMAIN_OWNER=${quoteLine(domainOwner)}`,
    `PIP_TOKEN_PROGRAM=${quote(readScript("pip_token.py"))}`,
  ];
}

const readScript = (file: string) => fs.readFileSync(path.join(__dirname, "scripts", file), "utf8");

/** Renders a script that sets variables and the home directory up, followed by the contents of `files`. Values in `variables` must be quoted. */
function renderScript(args: ScriptArgs, variables: Record<string, string>, files: string[]): string {
  const { facts, pip, git, root = "" } = args;
  const allVariables = {
    ROOT: quoteLine(root),
    REGION: quoteLine(facts.region),
    FACTS_MODULE: quote(factsModule(facts)),
    JOB_DEFAULTS: quote(jobDefaults(args)),
    // The index of a CodeArtifact repository contains a token, which pip-token.sh adds.
    PIP_INDEX: quoteLine(pip && pip.repositoryArn === undefined ? pip.indexUrl : ""),
    PIP_CERTIFICATE: quote(pip?.trustedCertificate?.trim() ?? ""),
    ALLOWS_DOWNLOADS: facts.allowsDownloads ? "1" : "",
    GIT_NAME: quoteLine(git?.name ?? ""),
    GIT_EMAIL: quoteLine(git?.email ?? ""),
    ...variables,
  };
  return [
    "#!/bin/bash",
    // -E: the trap also applies to functions.
    "set -euE",
    `trap 'echo "cloister: stopped at line $LINENO" >&2' ERR`,
    ...Object.entries(allVariables).map(([name, value]) => `${name}=${value}`),
    "export HOME",
    readScript("home.sh"),
    ...(pip?.requests === undefined ? [] : [pipHint(pip.requests), readScript("pip-hint.sh")]),
    ...(pip?.repositoryArn === undefined ? [] : [...pipToken(pip, pip.repositoryArn), readScript("pip-token.sh")]),
    ...files.map(readScript),
  ].join("\n");
}

/** Script for Studio apps. Runs as the user of the space, in the user's home directory. */
export const appScript = (args: ScriptArgs) => renderScript(args, {}, []);

/** Script for notebook instances. Runs as root at each start of the instance. */
export const notebookScript = (args: ScriptArgs & { idleMinutes: number }) =>
  renderScript(
    args,
    {
      HOME: quoteLine(`${args.root ?? ""}/home/ec2-user`),
      IDLE_MINUTES: String(args.idleMinutes),
      IDLE_PROGRAM: quote(readScript("idle.py")),
    },
    ["notebook.sh"],
  );
