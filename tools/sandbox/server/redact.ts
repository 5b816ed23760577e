import { type ServiceModel, type ShapeRef } from "./model";

const secret = "[secret]";

/** Members that contain secrets. Not every service model marks its secrets. */
const secretNames = new Set([
  "AccessToken",
  "CiphertextBlob",
  "ClientSecret",
  "MasterUserPassword",
  "NewPassword",
  "OldPassword",
  "Passphrase",
  "Password",
  "Plaintext",
  "PrivateKey",
  "SecretAccessKey",
  "SecretBinary",
  "SecretString",
  "SessionToken",
  "SSECustomerKey",
  "CopySourceSSECustomerKey",
  "TokenCode",
  "UserData",
]);

/** Maximum length of a text in the journal. The longest policies are shorter. */
const longest = 20_000;

/** An operation's input for the journal, without secrets, binary data and very long texts. */
export function redact(model: ServiceModel, operation: string, input: Record<string, unknown>): unknown {
  const clean = (ref: ShapeRef | undefined, name: string, value: unknown): unknown => {
    const shape = ref && model.shapes[ref.shape];
    if (secretNames.has(name) || shape?.sensitive) return secret;
    if (shape?.type === "blob") return "[binary]";
    if (Array.isArray(value)) return value.map((element) => clean(shape?.member, "", element));
    if (typeof value === "object" && value !== null)
      return Object.fromEntries(
        Object.entries(value).map(([key, element]) => [
          key,
          clean(shape?.type === "map" ? shape.value : shape?.members?.[key], key, element),
        ]),
      );
    return typeof value === "string" && value.length > longest ? `${value.slice(0, longest)}…` : value;
  };
  return clean(model.operations[operation]?.input, "", input);
}
