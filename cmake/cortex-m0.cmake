set(LINNET_CPU cortex-m0)
include("${CMAKE_CURRENT_LIST_DIR}/arm-none-eabi.cmake")
