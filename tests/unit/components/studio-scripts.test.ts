// Runs the app and notebook instance scripts with bash, in a temporary home directory with mocks of AWS programs.
// Does not prove that AWS runs the scripts the same way, or that AWS images have this layout.
import assert from "node:assert/strict";
import { execFileSync, spawnSync } from "node:child_process";
import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import { appScript, notebookScript, type ScriptArgs } from "@cloister/components/studio/lifecycle-scripts";
import { encodeScript } from "@cloister/components/studio/script-content";
import { createHash } from "node:crypto";
import { specialStrings } from "../../helpers/special-strings";
import { facts } from "../../helpers/studio";

const certificate = "-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----";
const pip = { indexUrl: "https://pypi.bank.example/simple", trustedCertificate: certificate };
const idleProgram = path.resolve(__dirname, "../../../components/studio/scripts/idle.py");

describe("lifecycle scripts", () => {
  let home: string;
  beforeEach(() => {
    home = fs.mkdtempSync(path.join(os.tmpdir(), "cloister-home-"));
    fs.mkdirSync(path.join(home, "bin"));
  });
  afterEach(() => fs.rmSync(home, { recursive: true, force: true }));

  const file = (name: string) => path.join(home, name);
  const read = (name: string) => fs.readFileSync(file(name), "utf8");
  /** Creates a program that logs each call and comes first in PATH. */
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
  /** Returns the output of a program that runs without a login shell. */
  const outputOf = (program: string, args: string[], variables: Record<string, string> = {}) =>
    execFileSync(program, args, { env: { ...env(), ...variables }, cwd: os.tmpdir(), encoding: "utf8" }).trim();

  describe("app scripts", () => {
    it("let every Python interpreter import the facts under six names", () => {
      start();
      const names = ["VPC", "SUBNETS", "SECURITY_GROUPS", "KMS_KEY_ID", "DATA_BUCKET", "MODEL_BUCKET"].map((name) => `SAGEMAKER_${name}`);
      const program = `import json; from sagemaker_environment import *; print(json.dumps([${names.join(", ")}]))`;
      assert.deepEqual(JSON.parse(outputOf("python3", ["-c", program])), [
        facts.vpcId,
        facts.subnetIds,
        facts.securityGroupIds,
        facts.dataKeyArn,
        facts.dataBucketName,
        facts.modelBucketName,
      ]);
    });

    it("let a terminal and a kernel without user packages import the facts", () => {
      start();
      const startup = read(".ipython/profile_default/startup/00-cloister.py");
      const show = "import os, sagemaker_environment; print(sagemaker_environment.SAGEMAKER_VPC, os.environ['AWS_STS_REGIONAL_ENDPOINTS'])";
      assert.equal(outputOf("python3", ["-s", "-c", `${startup}\n${show}`]), `${facts.vpcId} regional`);
      assert.equal(outputOf("bash", ["-c", `. ~/.bashrc; python3 -s -c "${show}"`]), `${facts.vpcId} regional`);
    });

    it("set the region and regional endpoints of STS and S3 for code and the AWS CLI", () => {
      start();
      const names = "'AWS_STS_REGIONAL_ENDPOINTS', 'AWS_S3_US_EAST_1_REGIONAL_ENDPOINT', 'AWS_DEFAULT_REGION'";
      const show = `import os; print(*(os.environ[name] for name in (${names})))`;
      assert.equal(outputOf("python3", ["-c", show]), "regional regional eu-central-1");
      assert.equal(outputOf("python3", ["-c", show], { AWS_DEFAULT_REGION: "eu-west-1" }), "regional regional eu-west-1");
      assert.equal(outputOf("bash", ["-c", ". ~/.bashrc; echo $AWS_S3_US_EAST_1_REGIONAL_ENDPOINT"]), "regional");
      assert.match(
        read(".aws/config"),
        /^\[default\]\nregion = eu-central-1\nsts_regional_endpoints = regional\ns3_us_east_1_regional_endpoint = regional$/m,
      );
    });

    it("set the pip index and certificate, and remove both settings again", () => {
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

    describe("with a CodeArtifact repository", () => {
      const repositoryArn = "arn:aws:codeartifact:eu-central-1:111122223333:repository/hub-packages/approved";
      const indexUrl = "https://hub-packages-111122223333.d.codeartifact.eu-central-1.amazonaws.com/pypi/approved/simple/";
      /** A module that stands in for boto3: it logs the call, and answers with a token or an error. */
      const startWith = (answer: string) => {
        fs.writeFileSync(
          file("bin/boto3.py"),
          [
            "class Client:",
            "    def get_authorization_token(self, **request):",
            `        open(${JSON.stringify(file("calls"))}, "a").write(repr(sorted(request.items())) + "\\n")`,
            `        ${answer}`,
            "def client(service, region_name):",
            "    assert (service, region_name) == ('codeartifact', 'eu-central-1')",
            "    return Client()",
          ].join("\n"),
        );
        const script = appScript({ facts, pip: { indexUrl, repositoryArn } });
        const variables = { ...env(), PYTHONPATH: file("bin"), PYTHONDONTWRITEBYTECODE: "1" };
        return spawnSync("bash", ["-s"], { input: script, env: variables, cwd: home, encoding: "utf8" });
      };
      const withToken = "return {'authorizationToken': 'eu.secret-1'}";

      it("write the index with a token that only the user can read, and remove it without the setting", () => {
        const done = startWith(withToken);
        assert.equal(done.status, 0, done.stderr);
        const host = indexUrl.slice("https://".length);
        assert.match(read(".config/pip/pip.conf"), new RegExp(`^\\[global\\]\nindex-url = https://aws:eu\\.secret-1@${host}$`, "m"));
        assert.equal(fs.statSync(file(".config/pip/pip.conf")).mode & 0o777, 0o600);
        assert.ok(!(done.stdout + done.stderr + read(".cloister/pip-token.log")).includes("secret"));
        assert.match(read("calls"), /\('domain', 'hub-packages'\), \('domainOwner', '111122223333'\), \('durationSeconds', 14400\)/);
        start();
        assert.ok(!fs.existsSync(file(".config/pip/pip.conf")));
      });

      it("keep a file of the user", () => {
        fs.mkdirSync(file(".config/pip"), { recursive: true });
        fs.writeFileSync(file(".config/pip/pip.conf"), "[global]\ntimeout = 5\n");
        const done = startWith(withToken);
        assert.equal(done.status, 0, done.stderr);
        assert.equal(read(".config/pip/pip.conf"), "[global]\ntimeout = 5\n");
      });

      it("report a denied token, and let the app start without an index", () => {
        const done = startWith("raise RuntimeError('AccessDenied')");
        assert.equal(done.status, 0, done.stderr);
        assert.match(done.stderr, /no token for pip: AccessDenied/);
        assert.match(done.stderr, /pip has no token for its index yet/);
        assert.ok(!fs.existsSync(file(".config/pip/pip.conf")));
      });
    });

    it("let pip report how to request a package that its index does not have, and no longer without the setting", () => {
      const requests = 'tickets "Packages" & more';
      const failed = (command: string[]) => {
        const variables = { PIP_DISABLE_PIP_VERSION_CHECK: "1", PIP_NO_INDEX: "1" };
        const done = spawnSync("python3", command, { env: { ...env(), ...variables }, cwd: os.tmpdir(), encoding: "utf8" });
        assert.equal(done.status, 1, done.stderr);
        assert.match(done.stderr, /No matching distribution found for no-such-package/);
        return done.stderr;
      };
      const message = `cloister: no-such-package>=1.0 is not an approved package. Request it: ${requests}`;
      start({ pip: { ...pip, requests } });
      assert.ok(failed(["-m", "pip", "install", "no-such-package>=1.0"]).includes(message));
      assert.equal(outputOf("python3", ["-c", "import logging; print(logging.getLogger('pip').handlers)"]), "[]");
      start({ pip });
      assert.ok(!failed(["-m", "pip", "install", "no-such-package>=1.0"]).includes("cloister"));
    });

    it("remove the download commands of JupyterLab, and restore the commands when downloads are allowed", () => {
      const config = ".jupyter/labconfig/page_config.d/cloister.json";
      const server = ".jupyter/jupyter_config.py";
      start();
      const { disabledExtensions } = JSON.parse(read(config)) as { disabledExtensions: Record<string, boolean> };
      assert.deepEqual(disabledExtensions, {
        "@jupyterlab/docmanager-extension:download": true,
        "@jupyterlab/filebrowser-extension:download": true,
        "@jupyterlab/filebrowser-extension:open-browser-tab": true,
        "@jupyterlab/notebook-extension:export": true,
      });
      assert.match(read(server), /^c\.ContentsManager\.files_handler_class = None$/m);
      start({ facts: { ...facts, allowsDownloads: true } });
      assert.deepEqual(
        [config, server].filter((name) => fs.existsSync(file(name))),
        [],
      );
    });

    it("keep and report files that the user created", () => {
      fs.mkdirSync(file(".aws"));
      fs.writeFileSync(file(".aws/config"), "[profile mine]\n");
      assert.match(start(), /\.aws\/config is somebody's own and stays as it is/);
      assert.equal(read(".aws/config"), "[profile mine]\n");
    });

    it("are idempotent", () => {
      const tree = () =>
        Object.fromEntries(
          (fs.readdirSync(home, { recursive: true, withFileTypes: true }) as fs.Dirent[])
            .filter((item) => item.isFile() && !/pycache/.test(item.parentPath))
            .map((item) => [path.join(item.parentPath, item.name), fs.readFileSync(path.join(item.parentPath, item.name), "utf8")]),
        );
      const git = { name: "Ana", email: "ana@bank.example" };
      start({ pip, git });
      const first = tree();
      assert.ok(Object.keys(first).length >= 8);
      start({ pip, git });
      assert.deepEqual(tree(), first);
    });

    for (const name of specialStrings)
      it(`set the Git name ${JSON.stringify(name)} literally`, () => {
        start({ git: { name, email: "ana@bank.example" } });
        assert.equal(outputOf("git", ["config", "--global", "user.name"]), name);
        assert.equal(outputOf("git", ["config", "--global", "user.email"]), "ana@bank.example");
        assert.ok(!fs.existsSync(file("broken")));
      });

    for (const name of ["a\nb", "a\rb", "a\0b", "a\u001bb"])
      it(`reject the Git name ${JSON.stringify(name)}`, () =>
        assert.throws(() => appScript({ facts, git: { name, email: "" } }), /must not contain control characters/));

    it("do not configure Git without a Git identity", () => {
      standIn("bin/git");
      start();
      assert.ok(!fs.existsSync(file("calls")));
    });

    it("fail with the line number of a failing command", () => {
      standIn("bin/git", "exit 3");
      const done = run(appScript({ facts, git: { name: "Ana", email: "a@b.example" } }));
      assert.equal(done.status, 3);
      assert.match(done.stderr, /cloister: stopped at line \d+/);
      assert.doesNotMatch(done.stdout, /is set up/);
    });

    it("are compressed if they are too long, and have the same effect", () => {
      const longCertificate = createHash("shake256", { outputLength: 2955 }).update("it").digest("base64");
      const longPip = {
        indexUrl: `https://${"a".repeat(500)}`,
        trustedCertificate: `-----BEGIN CERTIFICATE-----\n${longCertificate}\n-----END CERTIFICATE-----`,
      };
      const content = encodeScript(
        appScript({ facts, pip: longPip, git: { name: specialStrings.join(" "), email: "a@b.example" } }).replace(
          "# Sets up",
          `# ${"x".repeat(12000)}`,
        ),
      );
      const text = Buffer.from(content, "base64").toString("utf8");
      assert.ok(text.length < 12288 && !text.includes("SAGEMAKER_VPC"));
      const done = run(text);
      assert.equal(done.status, 0, done.stderr);
      assert.equal(outputOf("git", ["config", "--global", "user.name"]), specialStrings.join(" "));
    });
  });

  describe("notebook instance scripts", () => {
    const root = () => file("root");
    const instance = (args: Partial<ScriptArgs> = {}) => run(notebookScript({ facts, idleMinutes: 90, root: root(), ...args }));
    /** Creates the layout of a notebook instance: a user, and a Python interpreter with boto3. */
    beforeEach(() => {
      fs.mkdirSync(file("root/home/ec2-user/SageMaker"), { recursive: true });
      for (const name of ["chown", "systemctl"]) standIn(`bin/${name}`);
      standIn(
        "root/home/ec2-user/anaconda3/envs/JupyterSystemEnv/bin/python3",
        `[ "$1" = -c ] || echo "${file("root/home/ec2-user/.local")}"`,
      );
    });

    it("configure the user's home directory, and give the user all files except the volume", () => {
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
        ".jupyter",
        ".local",
      ]);
    });

    it("start a timer that stops an idle instance", () => {
      assert.equal(instance().status, 0);
      const unit = read("root/etc/systemd/system/cloister-idle.service");
      assert.match(unit, /^ExecStart=.*\/JupyterSystemEnv\/bin\/python3 .*\/usr\/local\/lib\/cloister\/idle\.py --minutes 90$/m);
      assert.match(read("root/etc/systemd/system/cloister-idle.timer"), /^OnUnitActiveSec=5min$/m);
      const calls = read("calls")
        .split("\n")
        .filter((line) => line.startsWith("systemctl"));
      assert.deepEqual(calls, ["systemctl daemon-reload", "systemctl start cloister-idle.timer"]);
      assert.equal(read("root/usr/local/lib/cloister/idle.py").trim(), fs.readFileSync(idleProgram, "utf8").trim());
    });

    it("fail when no Python interpreter has boto3, because the instance then stops", () => {
      for (const name of ["root/home/ec2-user/anaconda3/envs/JupyterSystemEnv/bin/python3", "bin/python3"]) standIn(name, '[ "$1" != -c ]');
      const done = instance();
      assert.equal(done.status, 1);
      assert.match(done.stderr, /no python with boto3, so nothing would stop this instance/);
    });
  });
});
