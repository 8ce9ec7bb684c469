// What is done to the bytes of a chunk before it is written.
#pragma once
#include "relu.h"
#include "runs.h"
#include "shuffle.h"
