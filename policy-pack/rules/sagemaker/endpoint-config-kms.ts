import { itemsAt, look, requireCustomerKey, type Rule, textAt } from "../../rule-kit";

/**
 * Whether instances of a type keep data on local NVMe disks: then SageMaker refuses a key, and the hardware encrypts.
 * Source: AWS API `CreateEndpointConfig`, KmsKeyId; AWS EC2 "Instance store".
 */
const hasLocalDisk = (type: string) =>
  /^ml\.([a-z]+\d+[a-z]*d[a-z]*|g4dn|g5|g6e?|g7e?|gr6|p3dn|p4de?|p5e?n?|p6[\w-]*|inf1n|trn1n?|trn2|trn2n)\./.test(type);

export const endpointConfigKms: Rule = {
  name: "sagemaker-endpoint-config-kms",
  description: "The volumes of every endpoint are under a customer managed key.",
  why: "Model artifacts and what requests leave on disk are otherwise under a key that you can neither restrict nor withdraw.",
  fix: "Write kmsKeyArn: <ARN of a customer managed key>. It replaces the configuration.",
  severity: "high",
  control: { reference: "SC-28", specification: "Protection of information at rest" },
  publicIds: [
    "Config sagemaker-endpoint-configuration-kms-key-configured",
    "Checkov CKV_AWS_98",
    "Prowler sagemaker_endpoint_config_kms_encryption_enabled",
    "cdk-nag SageMakerEndpointConfigurationKMSKeyConfigured",
  ],
  resource: {
    "aws:sagemaker/endpointConfiguration:EndpointConfiguration": ({ props }, report) => {
      const variants = ["productionVariants", "shadowProductionVariants"].flatMap((list) => itemsAt(props, list));
      const volumes = variants.some((variant) => {
        if (variant.state !== "known" || look(variant.value, "serverlessConfig").state === "known") return false;
        const type = textAt(variant.value, "instanceType");
        return type !== undefined && !hasLocalDisk(type);
      });
      if (volumes) requireCustomerKey(props, ["kmsKeyArn"], "what the endpoint keeps on its volumes", report);
      for (const [i, variant] of itemsAt(props, "productionVariants").entries())
        if (variant.state === "known" && look(variant.value, "coreDumpConfig").state === "known")
          requireCustomerKey(variant.value as object, ["coreDumpConfig", "kmsKeyId"], `memory dumps of variant ${i}`, report);
    },
  },
};
