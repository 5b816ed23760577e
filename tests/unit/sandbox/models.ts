import { type ServiceModel, type Shape } from "@cloister/sandbox/testing";

const text: Shape = { type: "string" };

/** A small service model with everything that differs between the wire formats. */
export function model(protocol: ServiceModel["metadata"]["protocol"], more: Partial<ServiceModel> = {}): ServiceModel {
  return {
    metadata: {
      protocol,
      apiVersion: "2020-01-01",
      serviceId: "Test",
      endpointPrefix: "test",
      xmlNamespace: "urn:test",
      targetPrefix: "Test",
    },
    operations: {
      Make: {
        name: "Make",
        http: { method: "POST", requestUri: "/" },
        input: { shape: "Input" },
        output: { shape: "Output", resultWrapper: "MakeResult" },
      },
    },
    shapes: {
      Input: {
        type: "structure",
        required: ["Name"],
        members: {
          Name: { shape: "Name", locationName: "name" },
          Size: { shape: "Size" },
          Open: { shape: "Flag" },
          Kind: { shape: "Kind" },
          Tags: { shape: "Tags" },
          Flat: { shape: "Flat" },
          Labels: { shape: "Labels" },
          Secret: { shape: "Secret" },
        },
      },
      Output: {
        type: "structure",
        members: {
          Id: { shape: "Text" },
          Size: { shape: "Size" },
          Tags: { shape: "Tags" },
          Labels: { shape: "Labels" },
          At: { shape: "Time" },
        },
      },
      Name: { type: "string", min: 2, max: 5, pattern: "[\\p{Alpha}-]+" },
      Size: { type: "integer", min: 1, max: 10 },
      Flag: { type: "boolean" },
      Kind: { type: "string", enum: ["A", "B"] },
      Tags: { type: "list", member: { shape: "Tag", locationName: protocol === "ec2" ? "item" : undefined }, max: 2 },
      Flat: { type: "list", member: { shape: "Text" }, flattened: true },
      Tag: { type: "structure", required: ["Key"], members: { Key: { shape: "Text" }, Value: { shape: "Text" } } },
      Labels: { type: "map", key: { shape: "Text" }, value: { shape: "Text" } },
      Secret: { type: "string", sensitive: true, max: 3 },
      Text: text,
      Time: { type: "timestamp" },
    },
    ...more,
  };
}
