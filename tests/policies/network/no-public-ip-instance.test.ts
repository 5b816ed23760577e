import { noPublicIpInstance } from "@cloister/policy-pack/rules/network/no-public-ip-instance";
import { UNKNOWN, UNKNOWN_BOOLEAN } from "../../helpers/evaluate";
import { type ResourceCase, testRule } from "../table";

/** By type: inputs with the flag, and the path of the flag in messages. */
const forms: [type: string, path: string, inputs: (flag: unknown) => object][] = [
  ["aws:ec2/instance:Instance", "associatePublicIpAddress", (flag) => ({ associatePublicIpAddress: flag })],
  ["aws:ec2/spotInstanceRequest:SpotInstanceRequest", "associatePublicIpAddress", (flag) => ({ associatePublicIpAddress: flag })],
  [
    "aws:ec2/spotFleetRequest:SpotFleetRequest",
    "launchSpecifications.associatePublicIpAddress",
    (flag) => ({ launchSpecifications: [{ ami: "ami-1" }, { associatePublicIpAddress: flag }] }),
  ],
  ["aws:ec2/launchConfiguration:LaunchConfiguration", "associatePublicIpAddress", (flag) => ({ associatePublicIpAddress: flag })],
  [
    "aws:ec2/launchTemplate:LaunchTemplate",
    "networkInterfaces.associatePublicIpAddress",
    (flag) => ({ networkInterfaces: [{ deviceIndex: 0 }, { associatePublicIpAddress: flag }] }),
  ],
  [
    "aws:ec2/launchTemplate:LaunchTemplate",
    "networkInterfaces.associateCarrierIpAddress",
    (flag) => ({ networkInterfaces: [{ associateCarrierIpAddress: flag }] }),
  ],
];

testRule(noPublicIpInstance, {
  resource: [
    ...forms.flatMap(([type, path, inputs]): ResourceCase[] => {
      const want = [new RegExp(`^${path.replaceAll(".", "\\.")} is true, so the instance gets an address .* Set ${path}: false\\.$`)];
      const title = `${path} (${type.split(":")[2]})`;
      return [
        { it: `rejects ${title}`, type, inputs: inputs(true), want },
        { it: `rejects ${title} as text`, type, inputs: inputs("true"), want },
        { it: `accepts a false ${title}`, type, inputs: inputs(false) },
        { it: `accepts a false ${title} as text`, type, inputs: inputs("false") },
        { it: `accepts a missing ${title}, which the subnet sets`, type, inputs: inputs(undefined) },
        { it: `accepts ${title} that is unknown at preview`, type, inputs: inputs(UNKNOWN_BOOLEAN) },
      ];
    }),
    {
      it: "accepts network interfaces that are unknown at preview",
      type: "aws:ec2/launchTemplate:LaunchTemplate",
      inputs: { networkInterfaces: UNKNOWN },
    },
  ],
});
