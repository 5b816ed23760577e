import { isPresent, readValue, type Rule } from "../../rule-kit";

const token = "aws:kms/key:Key";

/**
 * Asymmetric keys, HMAC keys and keys in a custom key store cannot rotate. The update evaluates a key spec that is
 * unknown at preview.
 */
function canRotate(props: object): boolean {
  const is = (property: string, value: string) => {
    const found = readValue(props, property);
    return found.state === "missing" || (found.state === "known" && found.value === value);
  };
  return is("customerMasterKeySpec", "SYMMETRIC_DEFAULT") && is("keyUsage", "ENCRYPT_DECRYPT") && !isPresent(props, "customKeyStoreId");
}

export const keyRotation: Rule = {
  name: "kms-key-rotation",
  description: "Every symmetric key rotates.",
  risk: "The longer a key is used, the more data is exposed when the key is compromised.",
  fix: "Set enableKeyRotation: true.",
  severity: "medium",
  control: { reference: "SC-12", specification: "Cryptographic key establishment and management" },
  publicIds: [
    "Security Hub KMS.4",
    "Config cmk-backing-key-rotation-enabled",
    "Checkov CKV_AWS_7",
    "Prowler kms_cmk_rotation_enabled",
    "Trivy AWS-0065",
    "cdk-nag AwsSolutions-KMS5",
  ],
  settings: {
    maxRotationDays: {
      type: "integer",
      minimum: 90,
      maximum: 2560,
      default: 365,
      description: "Longest rotation period in days, from 90 to 2560.",
    },
  },
  resource: {
    [token]: ({ props }, report, settings) => {
      if (!canRotate(props)) return;
      const rotation = readValue(props, "enableKeyRotation");
      if (rotation.state === "unknown") return;
      if (rotation.state === "missing" || rotation.value !== true)
        return report(
          `enableKeyRotation is ${rotation.state === "missing" ? "not set, which means false" : "false"}, so the key never rotates. Set enableKeyRotation: true.`,
        );
      const period = readValue(props, "rotationPeriodInDays");
      if (period.state === "unknown") return;
      const days = period.state === "missing" ? 365 : Number(period.value);
      const most = Number(settings.maxRotationDays ?? 365);
      if (days > most)
        report(
          `rotationPeriodInDays is ${period.state === "missing" ? `not set, which means ${days}` : days}, so the key rotates less often than every ${most} days (policy setting 'maxRotationDays'). Set rotationPeriodInDays: ${most}.`,
        );
    },
  },
  remediation: {
    [token]: (props) => {
      const rotation = readValue(props, "enableKeyRotation");
      const rotates = rotation.state === "unknown" || (rotation.state === "known" && rotation.value === true);
      return canRotate(props) && !rotates ? { enableKeyRotation: true } : undefined;
    },
  },
};
