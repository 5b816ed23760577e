// Tests translated properties that no guardrail reads in a way that shows all of them.
import assert from "node:assert/strict";
import { translate } from "@cloister/policy-pack/translation";
import { Unresolved } from "@cloister/policy-pack/translation/intrinsics";
import { readPath } from "@cloister/policy-pack/translation/shape";
import { forms } from "./forms";

/** Type and properties of the translation of one resource. */
function translated(type: string, properties: Record<string, unknown>): { type: string; props: Record<string, unknown> } {
  const { props = {}, name, ...native } = forms["aws-native"]!({ type, properties });
  const [found] = translate({ type: native.type, name, props: props as Record<string, unknown> })!.resources;
  return found!;
}

describe("translation", () => {
  it("keeps ranges, prefix lists, security groups and the protocol of rules, from sources and to destinations", () => {
    const { props } = translated("AWS::EC2::SecurityGroup", {
      GroupDescription: "x",
      SecurityGroupIngress: [{ IpProtocol: "tcp", CidrIp: "10.0.0.0/8", SourcePrefixListId: "pl-in", SourceSecurityGroupId: "sg-in" }],
      SecurityGroupEgress: [
        { IpProtocol: "-1", CidrIpv6: "::/0", DestinationPrefixListId: "pl-out", DestinationSecurityGroupId: "sg-out" },
      ],
    });
    assert.deepEqual(
      [props.ingress, props.egress],
      [
        [{ cidrBlocks: ["10.0.0.0/8"], ipv6CidrBlocks: [], prefixListIds: ["pl-in"], securityGroups: ["sg-in"], protocol: "tcp" }],
        [{ cidrBlocks: [], ipv6CidrBlocks: ["::/0"], prefixListIds: ["pl-out"], securityGroups: ["sg-out"], protocol: "-1" }],
      ],
    );
  });

  it("keeps the subnet and the security groups of an EC2 Instance Connect Endpoint", () => {
    const { type, props } = translated("AWS::EC2::InstanceConnectEndpoint", { SubnetId: "subnet-1", SecurityGroupIds: ["sg-1"] });
    assert.deepEqual(
      [type, props.subnetId, props.securityGroupIds],
      ["aws:ec2transitgateway/instanceConnectEndpoint:InstanceConnectEndpoint", "subnet-1", ["sg-1"]],
    );
  });

  it("keeps whether a container of a batch job has a public address", () => {
    const network = { NetworkConfiguration: { AssignPublicIp: "ENABLED" } };
    const { props } = translated("AWS::Batch::JobDefinition", { Type: "container", ContainerProperties: network });
    assert.deepEqual(props.containerProperties, { networkConfiguration: { assignPublicIp: "ENABLED" } });
  });
});

describe("values that cannot be determined", () => {
  it("stay unknown at every path below them", () => {
    const unknown = new Unresolved("Fn::ImportValue");
    assert.equal(readPath({ a: unknown }, "a", "b", "c"), unknown);
    assert.equal(readPath({ a: null }, "a", "b"), undefined);
  });
});

describe("the network of an instance", () => {
  const properties = { NetworkInterfaces: [{ DeviceIndex: "0", SubnetId: "subnet-2", GroupSet: ["sg-2"] }] };
  const networkOf = (given: Record<string, unknown>) => {
    const { subnetId, vpcSecurityGroupIds } = translated("AWS::EC2::Instance", given).props;
    return { subnetId, vpcSecurityGroupIds };
  };
  it("is the network of its first interface", () =>
    assert.deepEqual(networkOf(properties), { subnetId: "subnet-2", vpcSecurityGroupIds: ["sg-2"] }));
  it("is its own network if it has one", () =>
    assert.deepEqual(networkOf({ ...properties, SubnetId: "subnet-1", SecurityGroupIds: ["sg-1"] }), {
      subnetId: "subnet-1",
      vpcSecurityGroupIds: ["sg-1"],
    }));
});
