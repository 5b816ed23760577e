// Tests the content of lifecycle configurations: length, quoting, job defaults.
// Does not prove that the SageMaker Python SDK reads the defaults.
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { createHash, randomBytes } from "node:crypto";
import { factsModule, jobDefaults } from "@cloister/components/studio/job-defaults";
import { appScript, notebookScript } from "@cloister/components/studio/lifecycle-scripts";
import { encodeScript, contentHash } from "@cloister/components/studio/script-content";
import { quote, quoteLine } from "@cloister/components/studio/shell-quote";
import * as fc from "fast-check";
import { specialStrings } from "../../helpers/special-strings";
import { facts } from "../../helpers/studio";

const pip = {
  indexUrl: "https://pypi.bank.example/simple",
  trustedCertificate: "-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----",
};

describe("lifecycle configurations", () => {
  const longPip = {
    indexUrl: `https://${"a".repeat(500)}`,
    trustedCertificate: `-----BEGIN CERTIFICATE-----\n${createHash("shake256", { outputLength: 2955 }).update("it").digest("base64")}\n-----END CERTIFICATE-----`,
  };
  const longOwner = createHash("shake256", { outputLength: 64 }).update("owner").digest("hex");
  const factsOfManySubnets = {
    ...facts,
    tags: { ...facts.tags, "cloister:owner": longOwner },
    subnetIds: Array.from({ length: 16 }, (_, i) => `subnet-${String(i).padStart(17, "0")}`),
  };
  const longGit = { name: "Š".repeat(100), email: `${"a".repeat(128)}@${"b".repeat(200)}` };

  it("fit into the size limit with the longest settings", () => {
    for (const text of [
      appScript({ facts: factsOfManySubnets, pip: longPip, git: longGit }),
      notebookScript({ facts: factsOfManySubnets, pip: longPip, git: longGit, idleMinutes: 525600 }),
    ])
      assert.ok(encodeScript(text).length <= 16384);
  });

  it("are rejected if the compressed scripts are too long", () =>
    assert.throws(() => encodeScript(randomBytes(16384).toString("hex")), /must have at most 16384 characters/));

  it("have names that depend on the content", () => {
    assert.match(contentHash("a"), /^[0-9a-f]{12}$/);
    assert.notEqual(contentHash(appScript({ facts })), contentHash(appScript({ facts: { ...facts, subnetIds: [facts.subnetIds[0]!] } })));
  });

  it("are valid bash", () => {
    for (const text of [appScript({ facts, pip, git: longGit }), notebookScript({ facts, pip, git: longGit, idleMinutes: 60 })])
      execFileSync("bash", ["-n"], { input: text });
  });

  it("set the network and the package index as job defaults", () => {
    const { SageMaker } = JSON.parse(jobDefaults({ facts, pip })) as { SageMaker: Record<string, Record<string, unknown>> };
    const network = { Subnets: facts.subnetIds, SecurityGroupIds: facts.securityGroupIds };
    const variables = {
      AWS_STS_REGIONAL_ENDPOINTS: "regional",
      AWS_S3_US_EAST_1_REGIONAL_ENDPOINT: "regional",
      PIP_INDEX_URL: pip.indexUrl,
    };
    assert.deepEqual([SageMaker.TrainingJob!.VpcConfig, SageMaker.Model!.VpcConfig], [network, network]);
    assert.deepEqual((SageMaker.ProcessingJob!.NetworkConfig as { VpcConfig: unknown }).VpcConfig, network);
    assert.deepEqual([SageMaker.TrainingJob!.Environment, SageMaker.ProcessingJob!.Environment], [variables, variables]);
    const { VpcConfig, S3RootUri, S3KmsKeyId } = SageMaker.RemoteFunction!;
    assert.deepEqual([VpcConfig, S3RootUri, S3KmsKeyId], [network, `s3://${facts.dataBucketName}/remote-functions`, facts.dataKeyArn]);
  });

  it("tag jobs with the tags of the environment, and set a volume key if the roles require a volume key", () => {
    const defaultsOf = (needsVolumeKey: boolean) =>
      (JSON.parse(jobDefaults({ facts: { ...facts, needsVolumeKey } })) as { SageMaker: Record<string, Record<string, unknown>> })
        .SageMaker;
    const { PythonSDK, ...kinds } = defaultsOf(true);
    assert.deepEqual(PythonSDK, { Modules: { Session: { DefaultS3Bucket: facts.dataBucketName } } });
    for (const [kind, { Tags }] of Object.entries(kinds))
      assert.deepEqual(
        Tags,
        Object.entries(facts.tags).map(([Key, Value]) => ({ Key, Value })),
        kind,
      );
    assert.deepEqual(defaultsOf(true).TrainingJob!.ResourceConfig, { VolumeKmsKeyId: facts.jobVolumeKeyArn });
    assert.deepEqual(defaultsOf(false).TrainingJob!.ResourceConfig, {});
    assert.equal(defaultsOf(false).EndpointConfig!.KmsKeyId, undefined);
  });
});

describe("shell quoting", () => {
  const text = fc.string({ unit: "grapheme", maxLength: 40 }).filter((item) => !item.includes("\0"));

  it("preserves any strings in bash", () =>
    fc.assert(
      fc.property(fc.array(fc.oneof(text, fc.constantFrom(...specialStrings)), { minLength: 1, maxLength: 20 }), (texts) => {
        const out = execFileSync("bash", ["-c", `printf '%s\\0' ${texts.map(quote).join(" ")}`], { encoding: "utf8" });
        assert.deepEqual(out.split("\0").slice(0, -1), texts);
      }),
      { numRuns: 60 },
    ));

  it("rejects only control characters in a line", () =>
    fc.assert(
      fc.property(fc.string({ unit: "binary", maxLength: 20 }), (item) => {
        if ([...item].some((character) => character < " " || (character >= "\x7f" && character <= "\x9f")))
          assert.throws(() => quoteLine(item), RangeError);
        else assert.equal(quoteLine(item), quote(item));
      }),
    ));

  // One Python process checks all strings, because starting Python takes most of the time.
  it("preserves any strings in Python", () => {
    const [vpcId, ...subnetIds] = [...specialStrings, ...fc.sample(text, 300)];
    const module = factsModule({ ...facts, vpcId: vpcId!, subnetIds });
    const program = `${module}\nimport json; print(json.dumps([SAGEMAKER_VPC, *SAGEMAKER_SUBNETS]))`;
    assert.deepEqual(JSON.parse(execFileSync("python3", ["-"], { input: program, encoding: "utf8" })), [vpcId, ...subnetIds]);
  });
});
