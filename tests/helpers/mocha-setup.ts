// Mocha loads this file before any test, so that programs under mocks record as many stack traces as deployed programs.
import { skipBookkeepingTraces } from "@cloister/components/stack/stack-traces";

skipBookkeepingTraces();
