// SageMaker: Studio, hosting, images, notebook instances, the model registry. Things are in service at once; nothing runs behind them.
// What AWS makes besides, and leaves behind (EFS home directories, NFS security groups, network interfaces), is not made here.
import { type Leftover, nativeService } from "../../service";
import { hosting } from "./hosting";
import { studioImages } from "./images";
import { registry } from "./registry";
import { initial, type State } from "./state";
import { isGone, studio } from "./studio";
import { tags } from "./tags";

/** Collections and what AWS calls the things in them. */
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
  packageGroups: "ModelPackageGroup",
  packages: "ModelPackage",
} as const satisfies Partial<Record<keyof State, string>>;

export const sagemaker = nativeService<State>({
  scope: "sagemaker",
  model: "sagemaker",
  violation: { code: "ValidationException" },
  initial,
  operations: { ...studio, ...studioImages, ...hosting, ...registry, ...tags },
  leftovers: (state) =>
    (Object.keys(types) as (keyof typeof types)[]).flatMap((collection): Leftover[] =>
      Object.entries(state[collection])
        .filter(([, item]) => !isGone(item))
        .map(([id]) => ({ type: types[collection], id })),
    ),
});
