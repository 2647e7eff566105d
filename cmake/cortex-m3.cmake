set(LINNET_CPU cortex-m3)
include("${CMAKE_CURRENT_LIST_DIR}/arm-none-eabi.cmake")
