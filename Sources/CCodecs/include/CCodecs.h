// What is done to the bytes of a chunk before it is written and after it was read.
#pragma once
#include "runs.h"
#include "shuffle.h"
