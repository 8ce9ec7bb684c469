#include "report.h"

static const char css[] = {
#embed "report.css" suffix(, 0)
};
static const char js[] = {
#embed "report.js" suffix(, 0)
};

const char *const lethe_report_css = css;
const char *const lethe_report_js = js;
