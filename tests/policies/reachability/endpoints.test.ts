import { UNKNOWN } from "../../helpers/evaluate";
import { REGION } from "../../helpers/mocks";
import { idOf, part } from "./render";
import { ENDPOINT, vpc } from "./stack";
import { testReachability } from "./table";

testReachability("VPC endpoints", [
  {
    it: "an endpoint for an AWS service",
    parts: [vpc, part(ENDPOINT, "sts", { vpcId: idOf("vpc"), serviceName: `com.amazonaws.${REGION}.sts` })],
    of: ["endpoint", "sts"],
    verdict: "closed",
  },
  {
    it: "an endpoint for Studio",
    parts: [vpc, part(ENDPOINT, "studio", { vpcId: idOf("vpc"), serviceName: `aws.sagemaker.${REGION}.studio` })],
    of: ["endpoint", "studio"],
    verdict: "closed",
  },
  {
    it: "an endpoint for a service in another account",
    parts: [vpc, part(ENDPOINT, "vendor", { vpcId: idOf("vpc"), serviceName: `com.amazonaws.vpce.${REGION}.vpce-svc-0123` })],
    of: ["endpoint", "vendor"],
    verdict: "open",
    path: "vpc endpoint vendor -> service of another account",
  },
  {
    it: "an endpoint for a service of another stack, whose name the perimeter lists",
    parts: [vpc, part(ENDPOINT, "mirror", { vpcId: idOf("vpc"), serviceName: `com.amazonaws.vpce.${REGION}.vpce-svc-0123` })],
    perimeter: { inside: ["mirror"] },
    of: ["endpoint", "mirror"],
    verdict: "closed",
  },
  {
    it: "an endpoint for a service in the stack",
    parts: [
      vpc,
      part("aws:ec2/vpcEndpointService:VpcEndpointService", "mirror", { acceptanceRequired: true }),
      part(ENDPOINT, "to-mirror", { vpcId: idOf("vpc"), serviceName: idOf("mirror", "serviceName") }),
    ],
    of: ["endpoint", "to-mirror"],
    verdict: "closed",
  },
  {
    it: "an endpoint with an unknown service",
    parts: [vpc, part(ENDPOINT, "some", { vpcId: idOf("vpc"), serviceName: UNKNOWN })],
    of: ["endpoint", "some"],
    previewOnly: true,
    verdict: "unknown",
  },
]);
