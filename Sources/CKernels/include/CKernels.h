// The innermost loops of Compute, each compiled for AVX2 and for any processor.

#include "cells.h"
#include "crew.h"
#include "descent.h"
#include "maps.h"
#include "marks.h"
#include "norms.h"
#include "products.h"
#include "tiers.h"
#include "winograd.h"
