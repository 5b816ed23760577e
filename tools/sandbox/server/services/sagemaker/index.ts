// Implements SageMaker: Studio, model hosting, jobs, pipelines, images, notebook instances, the model registry. Resources are in
// service at once, and run no workload: a job runs until it is stopped.
import { type Leftover, nativeService } from "../../service";
import { hosting } from "./hosting";
import { studioImages } from "./images";
import { jobs, runningJobs } from "./jobs";
import { pipelines } from "./pipelines";
import { registry } from "./registry";
import { initial, type State } from "./state";
import { isDeleted, studio } from "./studio";
import { tags } from "./tags";

/** Collections, and AWS's names for their resource types. */
const types = {
  domains: "Domain",
  profiles: "UserProfile",
  spaces: "Space",
  apps: "App",
  lifecycleConfigs: "StudioLifecycleConfig",
  images: "Image",
  imageVersions: "ImageVersion",
  appImageConfigs: "AppImageConfig",
  notebookConfigs: "NotebookInstanceLifecycleConfig",
  notebooks: "NotebookInstance",
  models: "Model",
  endpointConfigs: "EndpointConfig",
  endpoints: "Endpoint",
  schedules: "MonitoringSchedule",
  pipelines: "Pipeline",
  packageGroups: "ModelPackageGroup",
  packages: "ModelPackage",
} as const satisfies Partial<Record<keyof State, string>>;

export const sagemaker = nativeService<State>({
  scope: "sagemaker",
  model: "sagemaker",
  violation: { code: "ValidationException" },
  initial,
  operations: { ...studio, ...studioImages, ...hosting, ...jobs, ...pipelines, ...registry, ...tags },
  leftovers: (state) => [
    ...runningJobs(state).map((id) => ({ type: "Job", id })),
    ...(Object.keys(types) as (keyof typeof types)[]).flatMap((collection): Leftover[] =>
      Object.entries(state[collection])
        .filter(([, item]) => !isDeleted(item))
        .map(([id]) => ({ type: types[collection], id })),
    ),
  ],
});
