#pragma once
#include <stddef.h>

/// The style of the report, UTF-8, ending in 0.
extern const char *const lethe_report_css;

/// The script of the report, UTF-8, ending in 0.
extern const char *const lethe_report_js;
