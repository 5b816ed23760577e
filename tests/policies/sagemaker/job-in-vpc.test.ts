import { jobInVpc } from "@cloister/policy-pack/rules/sagemaker/job-in-vpc";
import { UNKNOWN_OBJECT } from "../../helpers/evaluate";
import { testRule } from "../table";
import { vpcConfigCases } from "./vpc-config";

const tuning = "aws:sagemaker/hyperParameterTuningJob:HyperParameterTuningJob";
const schedule = "aws:sagemaker/monitoringSchedule:MonitoringSchedule";
const good = { subnets: ["subnet-1"], securityGroupIds: ["sg-1"] };
const whose = "the job";

testRule(jobInVpc, {
  resource: [
    ...vpcConfigCases({
      type: "aws:sagemaker/trainingJob:TrainingJob",
      at: "vpcConfig",
      whose,
      inputs: (vpcConfig) => ({ roleArn: "r", vpcConfig }),
    }),
    ...vpcConfigCases({
      type: tuning,
      at: "trainingJobDefinition.vpcConfig",
      whose,
      inputs: (vpcConfig) => ({ trainingJobDefinition: { roleArn: "r", vpcConfig } }),
    }),
    ...vpcConfigCases({
      type: tuning,
      at: "trainingJobDefinitions[1].vpcConfig",
      whose,
      inputs: (vpcConfig) => ({ trainingJobDefinitions: [{ vpcConfig: good }, { roleArn: "r", vpcConfig }] }),
    }),
    {
      it: "evaluates the other definitions when one is unknown at preview",
      type: tuning,
      inputs: { trainingJobDefinitions: [UNKNOWN_OBJECT, { roleArn: "r" }] },
      want: [/trainingJobDefinitions\[1\]\.vpcConfig is not set/],
    },
    ...vpcConfigCases({
      type: "aws:sagemaker/dataQualityJobDefinition:DataQualityJobDefinition",
      at: "networkConfig.vpcConfig",
      whose,
      inputs: (vpcConfig) => ({ networkConfig: { enableNetworkIsolation: true, vpcConfig } }),
    }),
    ...vpcConfigCases({
      type: schedule,
      at: "monitoringScheduleConfig.monitoringJobDefinition.networkConfig.vpcConfig",
      whose,
      inputs: (vpcConfig) => ({ monitoringScheduleConfig: { monitoringJobDefinition: { roleArn: "r", networkConfig: { vpcConfig } } } }),
    }),
    {
      it: "ignores a schedule that names a job definition",
      type: schedule,
      inputs: { monitoringScheduleConfig: { monitoringJobDefinitionName: "quality" } },
    },
    ...vpcConfigCases({
      type: "aws:sagemaker/labelingJob:LabelingJob",
      at: "labelingJobAlgorithmsConfig.labelingJobResourceConfig.vpcConfig",
      whose,
      inputs: (vpcConfig) => ({ labelingJobAlgorithmsConfig: { labelingJobResourceConfig: { vpcConfig } } }),
    }),
  ],
});
