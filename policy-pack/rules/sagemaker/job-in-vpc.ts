import { isPresent, itemsAt, type Report, type Rule } from "../../rule-kit";
import { requireVpcConfig } from "./vpc-config";

type Path = (string | number)[];

/** Property paths of the network settings in each job type. */
const configsIn: Record<string, (props: object) => Path[]> = {
  "aws:sagemaker/trainingJob:TrainingJob": () => [["vpcConfig"]],
  "aws:sagemaker/hyperParameterTuningJob:HyperParameterTuningJob": (props) => [
    ...(isPresent(props, "trainingJobDefinition") ? [["trainingJobDefinition", "vpcConfig"]] : []),
    ...itemsAt(props, "trainingJobDefinitions").flatMap((item, i) =>
      item.state === "known" ? [["trainingJobDefinitions", i, "vpcConfig"]] : [],
    ),
  ],
  "aws:sagemaker/dataQualityJobDefinition:DataQualityJobDefinition": () => [["networkConfig", "vpcConfig"]],
  // For a schedule that names a job definition, only that job definition is evaluated.
  "aws:sagemaker/monitoringSchedule:MonitoringSchedule": (props) =>
    isPresent(props, "monitoringScheduleConfig", "monitoringJobDefinition")
      ? [["monitoringScheduleConfig", "monitoringJobDefinition", "networkConfig", "vpcConfig"]]
      : [],
  "aws:sagemaker/labelingJob:LabelingJob": () => [["labelingJobAlgorithmsConfig", "labelingJobResourceConfig", "vpcConfig"]],
};

export const jobInVpc: Rule = {
  name: "sagemaker-job-in-vpc",
  description: "Every job runs in subnets and security groups of the VPC.",
  risk: "Otherwise the job's container, often third-party code, has access to your data and to the internet.",
  fix: "Set vpcConfig: { subnets: [<private subnets>], securityGroupIds: [<group>] }.",
  severity: "high",
  control: { reference: "SC-7", specification: "Boundary protection" },
  publicIds: ["Prowler sagemaker_training_jobs_vpc_settings_configured"],
  resource: Object.fromEntries(
    Object.entries(configsIn).map(([type, paths]) => [
      type,
      ({ props }: { props: object }, report: Report) => {
        for (const path of paths(props)) requireVpcConfig({ props, path }, "the job", report);
      },
    ]),
  ),
};
