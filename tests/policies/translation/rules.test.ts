// Tests the translation of inline rules of security groups. Guardrails read only some of the properties.
import assert from "node:assert/strict";
import { translate } from "@cloister/policy-pack/translation";
import { forms } from "./forms";

describe("translated rules of a security group", () => {
  const properties = {
    GroupDescription: "x",
    SecurityGroupIngress: [{ IpProtocol: "tcp", CidrIp: "10.0.0.0/8", SourcePrefixListId: "pl-in", SourceSecurityGroupId: "sg-in" }],
    SecurityGroupEgress: [{ IpProtocol: "-1", CidrIpv6: "::/0", DestinationPrefixListId: "pl-out", DestinationSecurityGroupId: "sg-out" }],
  };

  it("name ranges, prefix lists, security groups and the protocol, from sources and to destinations", () => {
    const { type, props = {}, name } = forms["aws-native"]!({ type: "AWS::EC2::SecurityGroup", properties });
    const [group] = translate({ type, name, props: props as Record<string, unknown> })!.resources;
    assert.deepEqual(
      [group!.props.ingress, group!.props.egress],
      [
        [{ cidrBlocks: ["10.0.0.0/8"], ipv6CidrBlocks: [], prefixListIds: ["pl-in"], securityGroups: ["sg-in"], protocol: "tcp" }],
        [{ cidrBlocks: [], ipv6CidrBlocks: ["::/0"], prefixListIds: ["pl-out"], securityGroups: ["sg-out"], protocol: "-1" }],
      ],
    );
  });
});
