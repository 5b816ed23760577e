// Runs the scripts of apps and notebook instances with bash, in a home directory of their own and with stand-ins for what only AWS's machines have.
// Does not prove that AWS runs them as these tests do, nor how its images are laid out.
import assert from "node:assert/strict";
import { execFileSync, spawnSync } from "node:child_process";
import { createHash, randomBytes } from "node:crypto";
import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import {
  appScript,
  encoded,
  factsModule,
  fingerprint,
  jobDefaults,
  notebookScript,
  quoted,
  quotedLine,
  type ScriptArgs,
} from "@cloister/components/studio/lifecycle";
import * as fc from "fast-check";
import { facts } from "../../helpers/studio";

const certificate = "-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----";
const pip = { indexUrl: "https://pypi.bank.example/simple", trustedCertificate: certificate };

/** What a text would be if a shell or Python read it as anything but a text. */
const hostile = [
  "O'Brien",
  'say "hi"',
  "$(touch broken)",
  "`touch broken`",
  "${HOME}",
  "a\\'b\\",
  "--global",
  "Ana Horvat-Šimić",
  "a;touch broken",
  "!!",
  "*",
];

describe("scripts for the start of apps and notebook instances", () => {
  let home: string;
  beforeEach(() => {
    home = fs.mkdtempSync(path.join(os.tmpdir(), "cloister-home-"));
    fs.mkdirSync(path.join(home, "bin"));
  });
  afterEach(() => fs.rmSync(home, { recursive: true, force: true }));

  const file = (name: string) => path.join(home, name);
  const read = (name: string) => fs.readFileSync(file(name), "utf8");
  /** A program that notes how it was called, before any other of its name. */
  const standIn = (name: string, body = "") => {
    fs.mkdirSync(path.dirname(file(name)), { recursive: true });
    fs.writeFileSync(file(name), `#!/bin/bash\necho "${path.basename(name)} $*" >>"${file("calls")}"\n${body}\n`, { mode: 0o755 });
  };
  const env = () => ({ PATH: `${file("bin")}:${process.env.PATH}`, HOME: home, LANG: "C" });
  const run = (text: string) => spawnSync("bash", ["-s"], { input: text, env: env(), cwd: home, encoding: "utf8" });
  const start = (args: Partial<ScriptArgs> = {}) => {
    const done = run(appScript({ facts, ...args }));
    assert.equal(done.status, 0, done.stderr);
    return done.stdout;
  };
  /** What a program prints, started without anything of a login. */
  const printed = (program: string, args: string[], more: Record<string, string> = {}) =>
    execFileSync(program, args, { env: { ...env(), ...more }, cwd: os.tmpdir(), encoding: "utf8" }).trim();

  describe("of an app", () => {
    it("let any Python import what is to be known of the environment, under its six names", () => {
      start();
      const names = ["VPC", "SUBNETS", "SECURITY_GROUPS", "KMS_KEY_ID", "DATA_BUCKET", "MODEL_BUCKET"].map((name) => `SAGEMAKER_${name}`);
      const program = `import json; from sagemaker_environment import *; print(json.dumps([${names.join(", ")}]))`;
      assert.deepEqual(JSON.parse(printed("python3", ["-c", program])), [
        facts.vpcId,
        facts.subnetIds,
        facts.securityGroupIds,
        facts.dataKeyArn,
        facts.dataBucketName,
        facts.modelBucketName,
      ]);
    });

    it("let a kernel of another environment import it, where the user's packages are not seen, and a terminal", () => {
      start();
      const startup = read(".ipython/profile_default/startup/00-cloister.py");
      const show = "import os, sagemaker_environment; print(sagemaker_environment.SAGEMAKER_VPC, os.environ['AWS_STS_REGIONAL_ENDPOINTS'])";
      assert.equal(printed("python3", ["-s", "-c", `${startup}\n${show}`]), `${facts.vpcId} regional`);
      assert.equal(printed("bash", ["-c", `. ~/.bashrc; python3 -s -c "${show}"`]), `${facts.vpcId} regional`);
    });

    it("set the region and the regional STS for code, the command line, and jobs", () => {
      start();
      const show = "import os; print(*(os.environ[name] for name in ('AWS_STS_REGIONAL_ENDPOINTS', 'AWS_DEFAULT_REGION')))";
      assert.equal(printed("python3", ["-c", show]), "regional eu-central-1");
      assert.equal(printed("python3", ["-c", show], { AWS_DEFAULT_REGION: "eu-west-1" }), "regional eu-west-1");
      assert.match(read(".aws/config"), /^\[default\]\nregion = eu-central-1\nsts_regional_endpoints = regional$/m);
    });

    it("give pip its index and certificate, and take them back", () => {
      start({ pip });
      assert.match(
        read(".config/pip/pip.conf"),
        /^\[global\]\nindex-url = https:\/\/pypi\.bank\.example\/simple\ncert = .*\/\.cloister\/pip-ca\.pem$/m,
      );
      assert.equal(read(".cloister/pip-ca.pem"), `${certificate}\n`);
      start({ pip: { indexUrl: pip.indexUrl } });
      assert.doesNotMatch(read(".config/pip/pip.conf"), /cert/);
      assert.ok(!fs.existsSync(file(".cloister/pip-ca.pem")));
      start();
      assert.ok(!fs.existsSync(file(".config/pip/pip.conf")));
    });

    it("leave files alone that people wrote themselves, and say so", () => {
      fs.mkdirSync(file(".aws"));
      fs.writeFileSync(file(".aws/config"), "[profile mine]\n");
      assert.match(start(), /\.aws\/config is somebody's own and stays as it is/);
      assert.equal(read(".aws/config"), "[profile mine]\n");
    });

    it("do the same at the second start as at the first", () => {
      const tree = () =>
        Object.fromEntries(
          (fs.readdirSync(home, { recursive: true, withFileTypes: true }) as fs.Dirent[])
            .filter((one) => one.isFile() && !/pycache/.test(one.parentPath))
            .map((one) => [path.join(one.parentPath, one.name), fs.readFileSync(path.join(one.parentPath, one.name), "utf8")]),
        );
      const git = { name: "Ana", email: "ana@bank.example" };
      start({ pip, git });
      const first = tree();
      assert.ok(Object.keys(first).length >= 8);
      start({ pip, git });
      assert.deepEqual(tree(), first);
    });

    for (const name of hostile)
      it(`take the name ${JSON.stringify(name)} for a name`, () => {
        start({ git: { name, email: "ana@bank.example" } });
        assert.equal(printed("git", ["config", "--global", "user.name"]), name);
        assert.equal(printed("git", ["config", "--global", "user.email"]), "ana@bank.example");
        assert.ok(!fs.existsSync(file("broken")));
      });

    for (const name of ["a\nb", "a\rb", "a\0b", "a\u001bb"])
      it(`refuse the name ${JSON.stringify(name)}`, () =>
        assert.throws(() => appScript({ facts, git: { name, email: "" } }), /has a control character/));

    it("leave Git alone without an identity", () => {
      standIn("bin/git");
      start();
      assert.ok(!fs.existsSync(file("calls")));
    });

    it("end with an error, and say where, when something fails", () => {
      standIn("bin/git", "exit 3");
      const done = run(appScript({ facts, git: { name: "Ana", email: "a@b.example" } }));
      assert.equal(done.status, 3);
      assert.match(done.stderr, /cloister: stopped at line \d+/);
      assert.doesNotMatch(done.stdout, /is set up/);
    });
  });

  describe("of a notebook instance", () => {
    const root = () => file("root");
    const instance = (args: Partial<ScriptArgs> = {}) => run(notebookScript({ facts, idleMinutes: 90, root: root(), ...args }));
    /** An instance as its image is: a user, and a Python with boto3. */
    beforeEach(() => {
      fs.mkdirSync(file("root/home/ec2-user/SageMaker"), { recursive: true });
      for (const name of ["chown", "systemctl"]) standIn(`bin/${name}`);
      standIn(
        "root/home/ec2-user/anaconda3/envs/JupyterSystemEnv/bin/python3",
        `[ "$1" = -c ] || echo "${file("root/home/ec2-user/.local")}"`,
      );
    });

    it("set up the user's home, and give it to the user, but for the volume", () => {
      const done = instance({ pip, git: { name: "O'Brien", email: "o@bank.example" } });
      assert.equal(done.status, 0, done.stderr);
      assert.match(read("root/home/ec2-user/.config/pip/pip.conf"), /index-url = https:/);
      assert.match(read("root/home/ec2-user/.gitconfig"), /name = O'Brien/);
      assert.match(read("root/home/ec2-user/.local/cloister.pth"), /ec2-user\/\.cloister\/python\nimport cloister_start/);
      const given = read("calls")
        .split("\n")
        .filter((line) => line.startsWith("chown"));
      assert.deepEqual(given.map((line) => path.basename(line)).sort(), [
        ".aws",
        ".bashrc",
        ".cloister",
        ".config",
        ".gitconfig",
        ".ipython",
        ".local",
      ]);
    });

    it("start a timer that stops the instance after its idle time", () => {
      assert.equal(instance().status, 0);
      const unit = read("root/etc/systemd/system/cloister-idle.service");
      assert.match(unit, /^ExecStart=.*\/JupyterSystemEnv\/bin\/python3 .*\/usr\/local\/lib\/cloister\/idle\.py --minutes 90$/m);
      assert.match(read("root/etc/systemd/system/cloister-idle.timer"), /^OnUnitActiveSec=5min$/m);
      const calls = read("calls")
        .split("\n")
        .filter((line) => line.startsWith("systemctl"));
      assert.deepEqual(calls, ["systemctl daemon-reload", "systemctl start cloister-idle.timer"]);
      assert.equal(read("root/usr/local/lib/cloister/idle.py").trim(), fs.readFileSync(idle, "utf8").trim());
    });

    it("do not start an instance that nothing would stop", () => {
      for (const name of ["root/home/ec2-user/anaconda3/envs/JupyterSystemEnv/bin/python3", "bin/python3"]) standIn(name, '[ "$1" != -c ]');
      const done = instance();
      assert.equal(done.status, 1);
      assert.match(done.stderr, /no python with boto3, so nothing would stop this instance/);
    });
  });

  const idle = path.resolve(__dirname, "../../../components/studio/scripts/idle.py");
  /** What idle.py says to something, in Python. */
  const ask = (expression: string) => {
    const program = `import importlib.util as u, json, datetime as d, sys
sys.dont_write_bytecode = True
spec = u.spec_from_file_location("idle", ${JSON.stringify(idle)}); idle = u.module_from_spec(spec); spec.loader.exec_module(idle)
now = d.datetime(2026, 11, 25, 12, tzinfo=d.timezone.utc)
ago = lambda minutes: now - d.timedelta(minutes=minutes)
at = lambda minutes, **more: {"last_activity": ago(minutes).isoformat().replace("+00:00", "Z"), **more}
print(json.dumps(${expression}))`;
    return JSON.parse(execFileSync("python3", ["-"], { input: program, encoding: "utf8" })) as unknown;
  };

  describe("that stop a notebook instance", () => {
    const table: { it: string; started: number; kernels?: string; terminals?: string; want: boolean }[] = [
      { it: "nothing for long", started: 500, want: true },
      { it: "nothing, but it has just started", started: 59, want: false },
      { it: "nothing since exactly the limit", started: 60, want: true },
      { it: "a kernel that worked lately", started: 500, kernels: "[at(200), at(59)]", want: false },
      { it: "kernels that worked long ago", started: 500, kernels: "[at(200), at(61)]", want: true },
      { it: "a kernel at work since long", started: 500, kernels: "[at(200, execution_state='busy')]", want: false },
      { it: "a kernel that starts", started: 500, kernels: "[at(200, execution_state='starting')]", want: false },
      { it: "an idle kernel with a browser", started: 500, kernels: "[at(61, execution_state='idle', connections=2)]", want: true },
      { it: "a terminal that printed lately", started: 500, terminals: "[at(5)]", want: false },
      { it: "a terminal that tells no time", started: 500, terminals: "[{'name': '1'}]", want: true },
    ];
    let answers: unknown[];
    before(() => {
      const calls = table.map(
        ({ started, kernels = "[]", terminals = "[]" }) => `idle.is_idle(now, 60, ago(${started}), ${kernels}, ${terminals})`,
      );
      answers = ask(`[${calls.join(", ")}]`) as unknown[];
    });
    for (const [i, { it: what, want }] of table.entries()) it(`${want ? "do" : "don't"}: ${what}`, () => assert.equal(answers[i], want));

    it("ask servers of this machine only, whatever people note as one, and the usual one at last", () => {
      const noted = [
        { port: 8888, base_url: "/x/", token: "t", url: "https://evil.example/" },
        { port: 8443, secure: true },
        { port: "evil.example:1" },
        ["none"],
      ].map((one) => JSON.stringify(one));
      assert.deepEqual(ask(`idle.servers(${JSON.stringify([...noted, "no JSON"])})`), [
        ["http://localhost:8888/x/", "t"],
        ["https://localhost:8443/", ""],
        ["https://localhost:8443/", ""],
      ]);
    });
  });

  describe("as AWS takes them", () => {
    const most = {
      indexUrl: `https://${"a".repeat(500)}`,
      trustedCertificate: `-----BEGIN CERTIFICATE-----\n${createHash("shake256", { outputLength: 2955 }).update("it").digest("base64")}\n-----END CERTIFICATE-----`,
    };
    const many = { ...facts, subnetIds: Array.from({ length: 16 }, (_, i) => `subnet-${String(i).padStart(17, "0")}`) };
    const git = { name: "Š".repeat(100), email: `${"a".repeat(128)}@${"b".repeat(200)}` };

    it("fit, with the longest of everything", () => {
      for (const text of [appScript({ facts: many, pip: most, git }), notebookScript({ facts: many, pip: most, git, idleMinutes: 525600 })])
        assert.ok(encoded(text).length <= 16384);
    });

    it("are packed when they would not, and do the same", () => {
      const content = encoded(
        appScript({ facts, pip: most, git: { name: hostile.join(" "), email: "a@b.example" } }).replace(
          "# Sets up",
          `# ${"x".repeat(12000)}`,
        ),
      );
      const text = Buffer.from(content, "base64").toString("utf8");
      assert.ok(text.length < 12288 && !text.includes("SAGEMAKER_VPC"));
      const done = run(text);
      assert.equal(done.status, 0, done.stderr);
      assert.equal(printed("git", ["config", "--global", "user.name"]), hostile.join(" "));
    });

    it("are refused when even that is too long", () =>
      assert.throws(() => encoded(randomBytes(16384).toString("hex")), /characters, and AWS takes 16384/));

    it("are named by their contents", () => {
      assert.match(fingerprint("a"), /^[0-9a-f]{12}$/);
      assert.notEqual(fingerprint(appScript({ facts })), fingerprint(appScript({ facts: { ...facts, subnetIds: [facts.subnetIds[0]!] } })));
    });

    it("are bash", () => {
      for (const text of [appScript({ facts, pip, git }), notebookScript({ facts, pip, git, idleMinutes: 60 })])
        execFileSync("bash", ["-n"], { input: text });
    });

    it("give jobs the network and the index unless they say otherwise", () => {
      const { SageMaker } = JSON.parse(jobDefaults({ facts, pip })) as { SageMaker: Record<string, Record<string, unknown>> };
      const network = { Subnets: facts.subnetIds, SecurityGroupIds: facts.securityGroupIds };
      const variables = { AWS_STS_REGIONAL_ENDPOINTS: "regional", PIP_INDEX_URL: pip.indexUrl };
      assert.deepEqual([SageMaker.TrainingJob!.VpcConfig, SageMaker.Model!.VpcConfig], [network, network]);
      assert.deepEqual((SageMaker.ProcessingJob!.NetworkConfig as { VpcConfig: unknown }).VpcConfig, network);
      assert.deepEqual([SageMaker.TrainingJob!.Environment, SageMaker.ProcessingJob!.Environment], [variables, variables]);
      const { VpcConfig, S3RootUri, S3KmsKeyId } = SageMaker.RemoteFunction!;
      assert.deepEqual([VpcConfig, S3RootUri, S3KmsKeyId], [network, `s3://${facts.dataBucketName}/remote-functions`, facts.dataKeyArn]);
    });

    it("tag what is made as the environment's, and name a key of volumes where roles ask for one", () => {
      const made = (needsVolumeKey: boolean) =>
        (JSON.parse(jobDefaults({ facts: { ...facts, needsVolumeKey } })) as { SageMaker: Record<string, Record<string, unknown>> })
          .SageMaker;
      const { PythonSDK, ...kinds } = made(true);
      assert.deepEqual(PythonSDK, { Modules: { Session: { DefaultS3Bucket: facts.dataBucketName } } });
      for (const [kind, { Tags }] of Object.entries(kinds))
        assert.deepEqual(Tags, [{ Key: "cloister:environment", Value: facts.environment }], kind);
      assert.deepEqual(made(true).TrainingJob!.ResourceConfig, { VolumeKmsKeyId: facts.jobVolumeKeyArn });
      assert.deepEqual(made(false).TrainingJob!.ResourceConfig, {});
      assert.equal(made(false).EndpointConfig!.KmsKeyId, undefined);
    });
  });

  describe("quoting", () => {
    const text = fc.string({ unit: "grapheme", maxLength: 40 }).filter((one) => !one.includes("\0"));

    it("hands any texts to bash as they are", () =>
      fc.assert(
        fc.property(fc.array(fc.oneof(text, fc.constantFrom(...hostile)), { minLength: 1, maxLength: 20 }), (texts) => {
          const out = execFileSync("bash", ["-c", `printf '%s\\0' ${texts.map(quoted).join(" ")}`], { encoding: "utf8" });
          assert.deepEqual(out.split("\0").slice(0, -1), texts);
        }),
        { numRuns: 60 },
      ));

    it("of one line refuses every control character, and nothing else", () =>
      fc.assert(
        fc.property(fc.string({ unit: "binary", maxLength: 20 }), (one) => {
          if ([...one].some((character) => character < " " || (character >= "\x7f" && character <= "\x9f")))
            assert.throws(() => quotedLine(one), RangeError);
          else assert.equal(quotedLine(one), quoted(one));
        }),
      ));

    // One Python for all of them: its start takes longer than they do.
    it("hands any texts to Python as they are", () => {
      const [vpcId, ...subnetIds] = [...hostile, ...fc.sample(text, 300)];
      const module = factsModule({ ...facts, vpcId: vpcId!, subnetIds });
      const program = `${module}\nimport json; print(json.dumps([SAGEMAKER_VPC, *SAGEMAKER_SUBNETS]))`;
      assert.deepEqual(JSON.parse(execFileSync("python3", ["-"], { input: program, encoding: "utf8" })), [vpcId, ...subnetIds]);
    });
  });
});
