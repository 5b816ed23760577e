import { endpointConfigKms } from "@cloister/policy-pack/rules/sagemaker/endpoint-config-kms";
import { UNKNOWN, UNKNOWN_ARRAY, UNKNOWN_OBJECT } from "../../helpers/judge";
import { keyArn, keyCases } from "../keys";
import { testRule } from "../table";

const onVolume = { variantName: "v", instanceType: "ml.m5.xlarge" };
const serverless = { variantName: "s", serverlessConfig: { memorySizeInMb: 2048, maxConcurrency: 5 } };
const missing = /^kmsKeyArn is not set, so what the endpoint keeps on its volumes /;

testRule(endpointConfigKms, {
  resource: [
    ...keyCases((kmsKeyArn) => ({ kmsKeyArn, productionVariants: [onVolume] }), "kmsKeyArn"),
    {
      it: "refuses a key by the name that other resources use",
      inputs: { kmsKeyId: keyArn, productionVariants: [onVolume] },
      want: [missing],
    },
    { it: "accepts serverless variants, which take no key", inputs: { productionVariants: [serverless] } },
    { it: "accepts a configuration without variants yet", inputs: {} },
    ...["ml.g4dn.xlarge", "ml.g5.2xlarge", "ml.p4d.24xlarge", "ml.m5d.large", "ml.c6gd.xlarge", "ml.r5dn.large", "ml.trn1.2xlarge"].map(
      (instanceType) => ({
        it: `accepts ${instanceType}, whose disk is local and takes no key`,
        inputs: { productionVariants: [{ variantName: "v", instanceType }] },
      }),
    ),
    ...["ml.c5.large", "ml.m6g.large", "ml.t2.medium", "ml.inf2.xlarge", "ml.p3.2xlarge", "ml.r6g.large", "ml.inf1.xlarge"].map(
      (instanceType) => ({
        it: `refuses ${instanceType} without a key`,
        inputs: { productionVariants: [{ variantName: "v", instanceType }] },
        want: [missing],
      }),
    ),
    { it: "refuses one variant on a volume among others", inputs: { productionVariants: [serverless, onVolume] }, want: [missing] },
    {
      it: "refuses a shadow variant on a volume",
      inputs: { productionVariants: [serverless], shadowProductionVariants: [onVolume] },
      want: [missing],
    },
    { it: "accepts an instance type known only later", inputs: { productionVariants: [{ variantName: "v", instanceType: UNKNOWN }] } },
    { it: "accepts variants known only later", inputs: { productionVariants: UNKNOWN_ARRAY } },
    { it: "judges beside a variant known only later", inputs: { productionVariants: [UNKNOWN_OBJECT, onVolume] }, want: [missing] },
    {
      it: "accepts memory dumps under a key",
      inputs: {
        kmsKeyArn: keyArn,
        productionVariants: [{ ...onVolume, coreDumpConfig: { destinationS3Uri: "s3://b/d", kmsKeyId: UNKNOWN } }],
      },
    },
    {
      it: "refuses memory dumps without a key",
      inputs: { kmsKeyArn: keyArn, productionVariants: [serverless, { ...onVolume, coreDumpConfig: { destinationS3Uri: "s3://b/d" } }] },
      want: [/^coreDumpConfig\.kmsKeyId is not set, so memory dumps of variant 1 /],
    },
  ],
});
