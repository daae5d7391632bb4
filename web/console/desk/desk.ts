// The inbox by keyboard, and what is live in it. Everything here is also there without script.
import { announce } from "./announce";
import { offerCanned } from "./canned";
import { countDown } from "./countdown";
import { takeFiles } from "./files";
import { keepHit } from "./hit";
import { listen } from "./keys";
import { beThere } from "./presence";
import { freeField } from "./reply";

listen();
countDown();
announce();
offerCanned();
freeField();
takeFiles();
beThere();
keepHit();
