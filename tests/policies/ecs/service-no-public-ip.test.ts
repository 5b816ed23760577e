import { serviceNoPublicIp } from "@cloister/policy-pack/rules/ecs/service-no-public-ip";
import { UNKNOWN, UNKNOWN_BOOLEAN } from "../../helpers/evaluate";
import { type ResourceCase, testRule } from "../table";

const network = (flag: unknown) => ({ networkConfiguration: { subnets: ["subnet-1"], assignPublicIp: flag } });
/** By type: inputs with the flag. */
const forms: Record<string, (flag: unknown) => object> = {
  "aws:ecs/service:Service": network,
  "aws:ecs/taskSet:TaskSet": network,
  "aws:cloudwatch/eventTarget:EventTarget": (flag) => ({ ecsTarget: network(flag) }),
  "aws:scheduler/schedule:Schedule": (flag) => ({ target: { ecsParameters: network(flag) } }),
  "aws:pipes/pipe:Pipe": (flag) => ({
    targetParameters: { ecsTaskParameters: { networkConfiguration: { awsVpcConfiguration: { assignPublicIp: flag } } } },
  }),
};
const batch = "aws:batch/jobDefinition:JobDefinition";
const enabled = { networkConfiguration: { assignPublicIp: "ENABLED" } };
const disabled = { networkConfiguration: { assignPublicIp: "DISABLED" } };
const batchForms: Record<string, (container: object) => object> = {
  containerProperties: (container) => container,
  ecsProperties: (container) => ({ taskProperties: [container] }),
  nodeProperties: (container) => ({ nodeRangeProperties: [{ container }] }),
};

testRule(serviceNoPublicIp, {
  resource: [
    ...Object.entries(forms).flatMap(([type, inputs]): ResourceCase[] => {
      const title = `(${type.split(":")[2]})`;
      const want = [
        /assignPublicIp is true, so tasks get an address that is reachable from outside the VPC\. Set .*assignPublicIp to false/,
      ];
      return [
        { it: `rejects a public address ${title}`, type, inputs: inputs(true), want },
        { it: `rejects a public address as text ${title}`, type, inputs: inputs("ENABLED"), want },
        { it: `accepts a private address ${title}`, type, inputs: inputs(false) },
        { it: `accepts a private address as text ${title}`, type, inputs: inputs("DISABLED") },
        { it: `accepts a missing flag ${title}`, type, inputs: inputs(undefined) },
        { it: `accepts a flag that is unknown at preview ${title}`, type, inputs: inputs(UNKNOWN_BOOLEAN) },
      ];
    }),
    ...Object.entries(batchForms).flatMap(([property, write]): ResourceCase[] => [
      {
        it: `rejects a public address in ${property}`,
        type: batch,
        inputs: { [property]: JSON.stringify(write(enabled)) },
        want: [new RegExp(`^${property}\\..*assignPublicIp is "ENABLED", so tasks get an address`)],
      },
      { it: `accepts a private address in ${property}`, type: batch, inputs: { [property]: JSON.stringify(write(disabled)) } },
      { it: `accepts ${property} that is unknown at preview`, type: batch, inputs: { [property]: UNKNOWN } },
    ]),
    { it: "accepts containerProperties that are not JSON, which AWS rejects", type: batch, inputs: { containerProperties: "{" } },
  ],
});
