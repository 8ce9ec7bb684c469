// The innermost loops of Compute, each compiled for AVX2 and for any processor.

#include "cells.h"
#include "marks.h"
#include "products.h"
#include "tiers.h"
#include "winograd.h"
